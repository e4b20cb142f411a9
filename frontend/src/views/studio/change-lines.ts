// What differs in the definitions by a plan, one line per change.
import type { DefinitionChange } from '@/api/plans'
import { asText } from '@/api/resource'
import { t } from '@/shared/i18n'

const LONGEST = 60

/** A permission row is told by what it gives, everything else as it is written. */
function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  const actions = typeof value === 'object' && 'actions' in value ? value.actions : null
  const text = Array.isArray(actions) ? actions.join(', ') : typeof value === 'object' ? JSON.stringify(value) : asText(value as string)
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
}

export function changeLine({ action, doctype, fieldname, property, before, after }: DefinitionChange, label: (text: string) => string): string {
  const place = [label(doctype), fieldname, property].filter(Boolean).join(' · ')
  if (action === 'added') return t('{place}: added', { place })
  if (action === 'removed') return t('{place}: removed', { place })
  return t('{place}: {before} → {after}', { place, before: valueText(before), after: valueText(after) })
}
