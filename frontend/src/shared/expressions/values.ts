// Values of the expression language and what a document's values become; docs/reference/expressions.md is the law.
import { Decimal } from 'decimal.js'

import { MAX_EXPONENT, MAX_LIST, MAX_NESTED_LISTS, MAX_NUMBER, MAX_TEXT, MIN_EXPONENT, PRECISION } from './limits'

/** Exact decimal arithmetic: 34 digits, half up. */
export const Exact = Decimal.clone({ precision: PRECISION, rounding: Decimal.ROUND_HALF_UP })

export type Row = Readonly<Record<string, unknown>>
export type Value = null | boolean | Decimal | string | readonly Value[] | Row

/** A value that does not suit its operator, or a limit that was passed. */
export class ExpressionError extends Error {}

const NUMERIC = /^[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})$/

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Decimal.isDecimal(value)
}

/** The value of the language that a document's value stands for. */
export function fromDocument(value: unknown, depth = 0): Value {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return fromNumber(value)
  if (Array.isArray(value)) return fromList(value, depth)
  if (isRow(value)) return value
  throw new ExpressionError(`A value of type ${typeof value} cannot be used in an expression.`)
}

function fromNumber(value: number): Decimal {
  const number = new Exact(value)
  const inRange = number.isZero() || (number.isFinite() && number.e >= MIN_EXPONENT && number.e < MAX_EXPONENT)
  if (!inRange) throw new ExpressionError('The number is too large, too small or not a number.')
  return number.isZero() ? new Exact(0) : number
}

function fromList(values: readonly unknown[], depth: number): Value[] {
  if (values.length > MAX_LIST || depth >= MAX_NESTED_LISTS) {
    throw new ExpressionError(`The list is longer than ${MAX_LIST} values or nested too deeply.`)
  }
  return values.map((value) => fromDocument(value, depth + 1))
}

/** Null and the text without characters: both mean that nothing was entered. */
export function isEmpty(value: Value): boolean {
  return value === null || value === ''
}

/** Whether a condition with this value holds: not for null, '', 0, false, an empty list or row. */
export function truth(value: Value): boolean {
  if (Decimal.isDecimal(value)) return !value.isZero()
  if (isList(value)) return value.length > 0
  return isRow(value) ? Object.keys(value).length > 0 : Boolean(value)
}

/** The number that a value is or, for a text, reads as; null when there is none. */
export function asNumber(value: Value): Decimal | null {
  if (Decimal.isDecimal(value)) return value
  if (typeof value === 'boolean') return new Exact(value ? 1 : 0)
  return typeof value === 'string' && NUMERIC.test(value) ? new Exact(value) : null
}

/** The number to compute with: 0 for an empty value. */
export function number(value: Value): Decimal {
  if (isEmpty(value)) return new Exact(0)
  const result = asNumber(value)
  if (result === null) throw new ExpressionError(`${described(value)} is not a number.`)
  return result
}

export function bounded(value: Decimal): Decimal {
  if (value.abs().gte(MAX_NUMBER)) throw new ExpressionError('The number is too large. Results are below 10^18.')
  return value
}

/** The text of a value: '' for null, a number without exponent or needless zeros. */
export function text(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (Decimal.isDecimal(value)) return value.toFixed()
  if (typeof value === 'string') return boundedText(value)
  throw new ExpressionError(`${described(value)} cannot be used as a text.`)
}

/** Characters (code points) of a text. */
export function textLength(value: string): number {
  let length = value.length
  for (let index = 0; index < value.length - 1; index += 1) {
    if ((value.codePointAt(index) ?? 0) > 0xffff) {
      length -= 1
      index += 1
    }
  }
  return length
}

export function boundedText(value: string): string {
  if (value.length > MAX_TEXT && textLength(value) > MAX_TEXT) {
    throw new ExpressionError(`The text is longer than ${MAX_TEXT} characters.`)
  }
  return value
}

/** How a message names a value. */
export function described(value: Value): string {
  if (typeof value === 'string') return value.length > 40 ? `'${value.slice(0, 40)}…'` : `'${value}'`
  if (isList(value)) return 'A list'
  return isRow(value) ? 'A row' : text(value)
}
