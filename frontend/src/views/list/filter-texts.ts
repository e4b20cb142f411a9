// Words of filters: operators, time spans, values, and which fields and controls they take.
import type { Component } from 'vue'

import type { FormatContext } from '@/fields/contract'
import { kindOf } from '@/fields/registry'
import { hasColumn } from '@/metadata/doctype'
import type { DocField, Meta } from '@/metadata/doctype'
import type { Filter, Operator } from '@/metadata/filters'
import { t } from '@/shared/i18n'

const OPERATOR_TEXTS: Record<Operator, () => string> = {
  '=': () => t('is'),
  '!=': () => t('is not'),
  like: () => t('contains'),
  'not like': () => t('does not contain'),
  '>': () => '>',
  '<': () => '<',
  '>=': () => '≥',
  '<=': () => '≤',
  in: () => t('is one of'),
  'not in': () => t('is none of'),
  between: () => t('is between'),
  is: () => t('is filled'),
  timespan: () => t('is in'),
}

export function operatorText(operator: Operator): string {
  return OPERATOR_TEXTS[operator]()
}

interface Choice {
  value: string
  text: () => string
}

const timespans: readonly Choice[] = [
  { value: 'today', text: () => t('Today') },
  { value: 'yesterday', text: () => t('Yesterday') },
  { value: 'tomorrow', text: () => t('Tomorrow') },
  { value: 'last 7 days', text: () => t('Last {count} days', { count: 7 }) },
  { value: 'last 30 days', text: () => t('Last {count} days', { count: 30 }) },
  { value: 'last 90 days', text: () => t('Last {count} days', { count: 90 }) },
  { value: 'next 7 days', text: () => t('Next {count} days', { count: 7 }) },
  { value: 'next 30 days', text: () => t('Next {count} days', { count: 30 }) },
  { value: 'this week', text: () => t('This week') },
  { value: 'last week', text: () => t('Last week') },
  { value: 'this month', text: () => t('This month') },
  { value: 'last month', text: () => t('Last month') },
  { value: 'next week', text: () => t('Next week') },
  { value: 'next month', text: () => t('Next month') },
  { value: 'last quarter', text: () => t('Last quarter') },
  { value: 'this quarter', text: () => t('This quarter') },
  { value: 'this year', text: () => t('This year') },
  { value: 'last year', text: () => t('Last year') },
]

const answers: readonly Choice[] = [
  { value: '1', text: () => t('Yes') },
  { value: '0', text: () => t('No') },
]

const presences: readonly Choice[] = [
  { value: 'set', text: () => t('Yes') },
  { value: 'not set', text: () => t('No') },
]

/** The few values that a filter can have here, where there is no free choice; null otherwise. */
export function filterChoices(field: DocField, operator: Operator): readonly Choice[] | null {
  if (operator === 'timespan') return timespans
  if (operator === 'is') return presences
  return field.fieldtype === 'Check' ? answers : null
}

const LISTING: readonly Operator[] = ['in', 'not in']
const NAMING: readonly Operator[] = ['=', '!=', ...LISTING]

/** A filter's value as people read it. */
export function valueText(filter: Filter, field: DocField | undefined, context: FormatContext): string {
  const named = filter.operator === 'timespan' ? timespans : filter.operator === 'is' ? presences : []
  const name = named.find((entry) => entry.value === filter.value)?.text()
  if (name !== undefined) return name
  if (field === undefined || !NAMING.includes(filter.operator)) return filter.value
  const values = LISTING.includes(filter.operator) ? filter.value.split(',').map((one) => one.trim()) : [filter.value]
  return values.map((one) => kindOf(field.fieldtype).format(one, field, {}, context)).join(', ')
}

const STANDARD: readonly [string, DocField['fieldtype'], () => string][] = [
  ['name', 'Data', () => t('ID')],
  ['owner', 'Data', () => t('Created by')],
  ['creation', 'Datetime', () => t('Created')],
  ['modified', 'Datetime', () => t('Modified')],
]

export function filterableFields(meta: Meta): DocField[] {
  const readable = meta.doctype.fields.filter(
    (field) => hasColumn(field) && meta.readable_levels.includes(field.permlevel ?? 0) && kindOf(field.fieldtype).operators.length > 0,
  )
  return [...readable, ...STANDARD.map(([fieldname, fieldtype, text]) => ({ fieldname, fieldtype, label: text() }))]
}

const CHOOSING: readonly Operator[] = ['=', '!=', '>', '<', '>=', '<=']
const CONTROLS = ['select', 'link', 'date', 'time', 'number']

/** A field as a filter asks for it: never required, and records out of use can be looked for, too. */
export const filterField = (field: DocField): DocField => ({ ...field, reqd: 0, link_filters: '{"include_disabled": 1}' })

/** The control for a filter's value; null where plain text is typed. */
export function filterControl(field: DocField, operator: Operator): Component | null {
  const kind = kindOf(field.fieldtype)
  const usable = CHOOSING.includes(operator) && CONTROLS.includes(kind.id) && field.fieldtype !== 'Dynamic Link'
  return usable ? kind.component : null
}
