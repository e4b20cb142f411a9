// Number functions of the expression language; rounding is half up (away from zero).
import { Decimal } from 'decimal.js'

import { MAX_PLACES } from './limits'
import { textOrder } from './operators'
import { asNumber, bounded, Exact, ExpressionError, isEmpty, number } from './values'
import type { Value } from './values'

const lenient = (value: Value): Decimal =>
  typeof value === 'string' ? (asNumber(value) ?? new Exact(0)) : number(value)

/** A count: the number without its fraction. */
export const whole = (value: Value): number => number(value).trunc().toNumber()

export const cint = (value: Value): Value => lenient(value).trunc()

export function flt(value: Value, places: Value = null): Value {
  return places === null ? lenient(value) : roundHalfUp(lenient(value), places)
}

export function roundHalfUp(value: Value, places: Value = new Exact(0)): Value {
  const count = whole(places)
  if (Math.abs(count) > MAX_PLACES) {
    throw new ExpressionError(`Numbers are rounded to at most ${MAX_PLACES} places.`)
  }
  const unit = new Exact(10).pow(-count)
  return bounded(number(value).toNearest(unit, Decimal.ROUND_HALF_UP))
}

export const absolute = (value: Value): Value => number(value).abs()
export const floor = (value: Value): Value => number(value).floor()
export const ceil = (value: Value): Value => number(value).ceil()

/** The first (direction -1) or last (direction 1) of the values that are not empty; null when all are. */
function extreme(values: readonly Value[], direction: 1 | -1): Value {
  let best: string | Decimal | null = null
  for (const value of values) {
    if (isEmpty(value)) continue
    const candidate: string | Decimal = typeof value === 'string' ? value : number(value)
    if (best === null || compare(candidate, best) * direction > 0) best = candidate
  }
  return best
}

function compare(left: string | Decimal, right: string | Decimal): number {
  if (typeof left === 'string' && typeof right === 'string') return textOrder(left, right)
  return number(left).cmp(number(right))
}

export const smallest = (values: readonly Value[]): Value => extreme(values, -1)
export const largest = (values: readonly Value[]): Value => extreme(values, 1)
