// What differs in the definitions by a plan, one line per change.
import type { DefinitionChange } from '@/api/plans'
import { asText } from '@/api/resource'
import type { Row } from '@/api/resource'
import { t } from '@/shared/i18n'

import { actionText } from './permissions/action-texts'
import { levelOf } from './permissions/rights-draft'
import { whoseOf, whoseText } from './permissions/whose'

const LONGEST = 60

/** The actions of a permission row. */
function actionsOf(value: unknown): string[] {
  const actions = typeof value === 'object' && value !== null && 'actions' in value ? value.actions : []
  return Array.isArray(actions) ? actions.map(String) : []
}

/** The level of a permission row above the first, and whose documents it is about when it is not everybody's. */
function scopeOf(value: unknown): string[] {
  const row = (typeof value === 'object' ? value : null) as Row | null
  if (row === null) return []
  const whose = whoseOf(row)
  return [levelOf(row) > 0 ? t('level {level}', { level: levelOf(row) }) : '', whose === 'all' ? '' : whoseText(whose)].filter(Boolean)
}

/** What a permission row gives that it did not give before, and what it gives no more. */
function turnOf(before: string[], after: string[]): string {
  const gained = after.filter((one) => !before.includes(one)).map((one) => `+ ${actionText(one)}`)
  const lost = before.filter((one) => !after.includes(one)).map((one) => `− ${actionText(one)}`)
  return [...gained, ...lost].join(', ')
}

function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  const text = typeof value === 'object' ? JSON.stringify(value) : asText(value as string)
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
}

export function changeLine({ action, part, doctype, fieldname, property, before, after }: DefinitionChange, label: (text: string) => string): string {
  if (part === 'permission') {
    const place = [label(doctype), label(property), ...scopeOf(after ?? before)].join(' · ')
    return t('{place}: {change}', { place, change: turnOf(actionsOf(before), actionsOf(after)) })
  }
  const owner = part === 'workflow' ? t('Workflow of {doctype}', { doctype: label(doctype) }) : label(doctype)
  const place = [owner, fieldname, property].filter(Boolean).join(' · ')
  if (action === 'added') return t('{place}: added', { place })
  if (action === 'removed') return t('{place}: removed', { place })
  return t('{place}: {before} → {after}', { place, before: valueText(before), after: valueText(after) })
}
