// Sentences about how a definition fills a field.
import type { Filling, ValueChange } from '@/api/explain'
import { t } from '@/shared/i18n'

const TEXTS: Record<string, (says: string) => string> = {
  formula: (says) => t('Computed by the formula {says}', { says }),
  rollup: (says) => t('Computed over other documents: {says}', { says }),
  fetch_from: (says) => t('Taken over from {says}', { says }),
  default: (says) => t('New documents start with {says}', { says }),
  workflow: (says) => t('Set by the workflow {says}', { says }),
  update_field: (says) => t('Set by a workflow state: {says}', { says }),
}

export function fillingText({ property, says }: Filling): string {
  const text = typeof says === 'string' ? says : JSON.stringify(says)
  return TEXTS[property]?.(text) ?? `${property}: ${text}`
}

/** Which rule or pack made a change, empty where the person did. */
export function setterText({ set_by: origin }: ValueChange): string {
  if (origin === null) return ''
  return t('by {source}', { source: [origin.pack, origin.source, origin.version].filter(Boolean).join(' ') })
}
