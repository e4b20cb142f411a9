// Whole numbers, decimals, percentages and money.
import type { Row, Value } from '@/api/resource'
import type { DocField } from '@/metadata/doctype'
import { formats } from '@/shared/formats'
import { t } from '@/shared/i18n'
import { formatNumber, parseNumber } from '@/shared/numbers'
import type { NumberOptions } from '@/shared/numbers'

import type { FieldKind } from '../contract'
import { asNumber, asText } from '../format'
import { NUMBER_OPERATORS } from '../operators'
import NumberField from './NumberField.vue'

const AMOUNT_PLACES = 2
const MOST_PLACES = 6
/** Whole numbers may be years. */
export const WHOLE: NumberOptions = { maximumFractionDigits: 0, useGrouping: 'min2' }

/** Decimal places to show: the precision of the field, else what the site says, else what its type usually has. */
function places(field: DocField): NumberOptions {
  const stated = field.precision === null || field.precision === undefined || field.precision === '' ? null : Number(field.precision)
  const { currency_precision, float_precision } = formats()
  const fixed = stated ?? (field.fieldtype === 'Currency' ? (currency_precision ?? AMOUNT_PLACES) : null)
  return fixed === null ? { maximumFractionDigits: float_precision ?? MOST_PLACES } : { minimumFractionDigits: fixed, maximumFractionDigits: fixed }
}

/** Currency of an amount: the row's field that `options` names, when it holds a code. */
export function currencyCode(field: DocField, row: Row): string | null {
  const code = field.fieldtype === 'Currency' && field.options ? row[field.options] : null
  return typeof code === 'string' && /^[A-Z]{3}$/.test(code) ? code : null
}

function formatAmount(value: Value, field: DocField, row: Row): string {
  const number = asNumber(value)
  if (number === null) return asText(value)
  if (field.fieldtype === 'Int') return formatNumber(number, WHOLE)
  const text = formatNumber(number, places(field))
  if (field.fieldtype === 'Percent') return `${text}%`
  const code = currencyCode(field, row)
  return code === null ? text : `${text} ${code}`
}

/** A written amount: signs and codes of currencies and the per cent sign around it are left out. */
function parseAmount(text: string, field: DocField): number | undefined {
  const bare = text.normalize('NFKC').trim().replace(/^(\p{Sc}|[A-Z]{3}\b)\s*|\s*(\p{Sc}|\b[A-Z]{3}|%|元)$/gu, '')
  const number = parseNumber(bare) ?? undefined
  return number !== undefined && field.fieldtype === 'Int' && !Number.isInteger(number) ? undefined : number
}

export const number: FieldKind = {
  id: 'number',
  fieldtypes: ['Int', 'Float', 'Percent', 'Currency'],
  component: NumberField,
  format: formatAmount,
  operators: NUMBER_OPERATORS,
  parse: parseAmount,
  expects: () => t('Enter a number.'),
  alignEnd: true,
}
