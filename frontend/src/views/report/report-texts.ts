// Words of a report: its values, spans, and what an axis shows.
import type { FormatContext } from '@/fields/contract'
import { kindOf } from '@/fields/registry'
import { summableFields, writeAggregate } from '@/metadata/aggregates'
import type { Aggregate, AggregateName } from '@/metadata/aggregates'
import { fieldLabel } from '@/metadata/doctype'
import type { DocField, Meta } from '@/metadata/doctype'
import { t } from '@/shared/i18n'

import type { Axis, Step } from './pivot'

const NAMES: Record<AggregateName, (label: string) => string> = {
  count: () => t('Count'),
  sum: (label) => t('Sum of {field}', { field: label }),
  avg: (label) => t('Average of {field}', { field: label }),
  min: (label) => t('Smallest {field}', { field: label }),
  max: (label) => t('Largest {field}', { field: label }),
}

const STEPS: Record<Step, () => string> = {
  day: () => t('by day'),
  month: () => t('by month'),
  quarter: () => t('by quarter'),
  year: () => t('by year'),
}

/** Every record has it; what reports group by where nothing else can be. */
export const ownerField = (): DocField => ({ fieldname: 'owner', fieldtype: 'Link', options: 'User', label: t('Created by') })

const fieldOf = (meta: Meta, name: string): DocField | undefined => [...meta.doctype.fields, ownerField()].find(({ fieldname }) => fieldname === name)

export function aggregateText(meta: Meta, { name, field }: Aggregate): string {
  const found = fieldOf(meta, field)
  return NAMES[name](found === undefined ? field : fieldLabel(found))
}

export function axisText(meta: Meta, { field, step }: Axis): string {
  const found = fieldOf(meta, field)
  const label = found === undefined ? field : fieldLabel(found)
  return step === '' ? label : `${label} ${STEPS[step]()}`
}

/** All values that a report over a DocType can show. */
export function offeredAggregates(meta: Meta): { value: string; text: string }[] {
  const names: AggregateName[] = ['sum', 'avg', 'min', 'max']
  const all: Aggregate[] = [{ name: 'count', field: '' }, ...summableFields(meta).flatMap(({ fieldname }) => names.map((name) => ({ name, field: fieldname })))]
  return all.map((aggregate) => ({ value: writeAggregate(aggregate), text: aggregateText(meta, aggregate) }))
}

export function keyText(meta: Meta, axis: Axis, key: string, context: FormatContext): string {
  const field = fieldOf(meta, axis.field)
  if (key === '') return t('(empty)')
  if (field === undefined || axis.step === 'month' || axis.step === 'quarter' || axis.step === 'year') return key
  return context.label(kindOf(field.fieldtype).format(key, field, { [axis.field]: key }, context))
}

export function cellText(meta: Meta, { name, field }: Aggregate, value: number | null, context: FormatContext): string {
  if (value === null) return ''
  const found = fieldOf(meta, field)
  const shown: DocField = name === 'count' || found === undefined ? { fieldname: 'count', fieldtype: 'Int' } : name === 'avg' && found.fieldtype === 'Int' ? { ...found, fieldtype: 'Float' } : found
  return kindOf(shown.fieldtype).format(value, { ...shown, options: shown.fieldtype === 'Currency' ? null : (shown.options ?? null) }, {}, context)
}
