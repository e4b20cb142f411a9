// Operators of the expression language as functions of two values, in tables by their sign.
import { Decimal } from 'decimal.js'

import { asNumber, bounded, boundedText, described, ExpressionError, isEmpty, isList, number } from './values'
import type { Value } from './values'

type Comparison = (left: Value, right: Value) => boolean
type Computation = (left: Value, right: Value) => Value

export function equal(left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left === right
  if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right)
  if (isList(left) && isList(right)) {
    return left.length === right.length && left.every((value, index) => equal(value, right[index] ?? null))
  }
  const [first, second] = [asNumber(left), asNumber(right)]
  return first !== null && second !== null && first.eq(second)
}

export function contains(item: Value, container: Value): boolean {
  if (isList(container)) return container.some((value) => equal(item, value))
  return typeof container === 'string' && typeof item === 'string' && item !== '' && container.includes(item)
}

/** Below, at or above 0 as `left` comes before, with or after `right` by code points (UTF-16 order differs). */
export function textOrder(left: string, right: string): number {
  const shared = Math.min(left.length, right.length)
  for (let index = 0; index < shared; index += 1) {
    const [first, second] = [left.charCodeAt(index), right.charCodeAt(index)]
    if (first !== second) return codePointRank(first) - codePointRank(second)
  }
  return left.length - right.length
}

function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}

function order(holds: (sign: number) => boolean): Comparison {
  return (left, right) => {
    if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right) && holds(0)
    if (typeof left === 'string' && typeof right === 'string') return holds(textOrder(left, right))
    const [first, second] = [asNumber(left), asNumber(right)]
    return first !== null && second !== null && holds(first.cmp(second))
  }
}

export function add(left: Value, right: Value): Value {
  if (typeof left === 'string' || typeof right === 'string') {
    const joined = join(left, right)
    if (joined !== null) return joined
  }
  return bounded(number(left).plus(number(right)))
}

/** Two texts as one, null being ''; null when an empty text stands beside a number and counts as 0. */
function join(left: Value, right: Value): string | null {
  const isText = (value: Value): value is string | null => value === null || typeof value === 'string'
  if (isText(left) && isText(right)) return boundedText((left ?? '') + (right ?? ''))
  if (isEmpty(left) || isEmpty(right)) return null
  throw new ExpressionError(
    `${described(left)} and ${described(right)} cannot be added: use concat() to join texts or flt() to add numbers.`,
  )
}

export function subtract(left: Value, right: Value): Decimal {
  return bounded(number(left).minus(number(right)))
}

function quotient(left: Decimal, right: Decimal): Decimal | null {
  return right.isZero() ? null : bounded(left.div(right))
}

export function divide(left: Value, right: Value): Decimal | null {
  return quotient(number(left), number(right))
}

const signsDiffer = (remainder: Decimal, divisor: Decimal): boolean =>
  !remainder.isZero() && remainder.isNegative() !== divisor.isNegative()

function floorDivide(left: Value, right: Value): Value {
  const [first, second] = [number(left), number(right)]
  if (quotient(first, second) === null) return null
  const whole = first.divToInt(second)
  return signsDiffer(first.mod(second), second) ? whole.minus(1) : whole
}

function modulo(left: Value, right: Value): Value {
  const [first, second] = [number(left), number(right)]
  if (quotient(first, second) === null) return null
  const remainder = first.mod(second)
  return signsDiffer(remainder, second) ? remainder.plus(second) : remainder
}

export const COMPARISONS: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['==', equal],
  ['!=', (left, right) => !equal(left, right)],
  ['<', order((sign) => sign < 0)],
  ['<=', order((sign) => sign <= 0)],
  ['>', order((sign) => sign > 0)],
  ['>=', order((sign) => sign >= 0)],
  ['in', contains],
  ['not in', (left, right) => !contains(left, right)],
])

export const ARITHMETICS: ReadonlyMap<string, Computation> = new Map<string, Computation>([
  ['+', add],
  ['-', subtract],
  ['*', (left, right) => bounded(number(left).times(number(right)))],
  ['/', divide],
  ['//', floorDivide],
  ['%', modulo],
])
