// Names of layers and fields for people.
import { asText } from '@/api/resource'
import type { Row } from '@/api/resource'
import type { Studied } from '@/api/studio'
import { t } from '@/shared/i18n'

export function ownerText(layer: string): string {
  if (layer === 'core') return t('Standard')
  if (layer === 'site' || layer === '') return t('This site')
  return t('Pack {pack}', { pack: layer })
}

/** A field's label in the person's language; one that was just written stands as it is. */
export function labelOf(studied: Studied, field: Row): string {
  const label = asText(field['label'])
  return studied.labels[label] ?? label
}
