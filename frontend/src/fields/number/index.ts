// Whole numbers, decimals, percentages and money.
import type { Row, Value } from '@/api/resource'
import type { DocField } from '@/metadata/doctype'
import { formatNumber } from '@/shared/numbers'

import type { FieldKind } from '../contract'
import { asNumber, asText } from '../format'
import { NUMBER_OPERATORS } from '../operators'
import NumberField from './NumberField.vue'

const DEFAULT_PLACES: Record<string, number> = { Int: 0, Currency: 2 }

/** Decimal places to show: the precision of the field, else what its type usually has. */
function places(field: DocField): { minimumFractionDigits?: number; maximumFractionDigits: number } {
  const stated = field.precision === null || field.precision === undefined || field.precision === '' ? null : Number(field.precision)
  const fixed = stated ?? DEFAULT_PLACES[field.fieldtype]
  return fixed === undefined ? { maximumFractionDigits: 6 } : { minimumFractionDigits: fixed, maximumFractionDigits: fixed }
}

/** Currency of an amount: the row's field that `options` names, when it holds a code. */
export function currencyCode(field: DocField, row: Row): string | null {
  const code = field.fieldtype === 'Currency' && field.options ? row[field.options] : null
  return typeof code === 'string' && /^[A-Z]{3}$/.test(code) ? code : null
}

export function formatAmount(value: Value, field: DocField, row: Row): string {
  const number = asNumber(value)
  if (number === null) return asText(value)
  const text = formatNumber(number, places(field))
  if (field.fieldtype === 'Percent') return `${text}%`
  const code = currencyCode(field, row)
  return code === null ? text : `${text} ${code}`
}

export const number: FieldKind = {
  id: 'number',
  fieldtypes: ['Int', 'Float', 'Percent', 'Currency'],
  component: NumberField,
  format: formatAmount,
  operators: NUMBER_OPERATORS,
  alignEnd: true,
}
