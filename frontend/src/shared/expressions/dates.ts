// Date functions of the expression language: texts in Frappe's wire format, empty in gives null out.
import { whole } from './numbers'
import { described, Exact, ExpressionError, isEmpty } from './values'
import type { Value } from './values'

const MOMENT = /^([0-9]{4})-([0-9]{2})-([0-9]{2})([ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?$/
const DAY = 86_400_000
const MAX_DAYS = 4_000_000
const MAX_MONTHS = 120_000
const MAX_YEAR = 9999

interface Moment {
  readonly year: number
  readonly month: number
  readonly day: number
  /** The text of the time of day, '' when there is none. */
  readonly time: string
}

/** Midnight of a day, in milliseconds; days out of the month count on. */
function instant(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day)
}

function daysInMonth(year: number, month: number): number {
  return new Date(instant(year, month + 1, 0)).getUTCDate()
}

function moment(value: Value): Moment | null {
  if (isEmpty(value)) return null
  const match = typeof value === 'string' ? MOMENT.exec(value) : null
  if (match !== null) {
    const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
    const exists = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
    if (exists) return { year, month, day, time: match[4] ?? '' }
  }
  throw new ExpressionError(`${described(value)} is not a date. Dates are written YYYY-MM-DD.`)
}

function written(year: number, month: number, day: number, time = ''): string {
  const pad = (part: number, width: number): string => String(part).padStart(width, '0')
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}${time}`
}

function outOfCalendar(): ExpressionError {
  return new ExpressionError('The date is outside the years 1 to 9999.')
}

/** A function of one date that is null for an empty one. */
function ofDate(read: (at: Moment) => number | string): (value: Value) => Value {
  return (value) => {
    const at = moment(value)
    if (at === null) return null
    const result = read(at)
    return typeof result === 'number' ? new Exact(result) : result
  }
}

export const datePart = ofDate((at) => written(at.year, at.month, at.day))
export const year = ofDate((at) => at.year)
export const month = ofDate((at) => at.month)
export const day = ofDate((at) => at.day)
export const weekday = ofDate((at) => new Date(instant(at.year, at.month, at.day)).getUTCDay() || 7)
export const firstDay = ofDate((at) => written(at.year, at.month, 1))
export const lastDay = ofDate((at) => written(at.year, at.month, daysInMonth(at.year, at.month)))

export function addDays(value: Value, days: Value): Value {
  const [at, count] = [moment(value), whole(days)]
  if (at === null) return null
  if (Math.abs(count) > MAX_DAYS) throw outOfCalendar()
  const result = new Date(instant(at.year, at.month, at.day + count))
  if (result.getUTCFullYear() < 1 || result.getUTCFullYear() > MAX_YEAR) throw outOfCalendar()
  return written(result.getUTCFullYear(), result.getUTCMonth() + 1, result.getUTCDate(), at.time)
}

export function addMonths(value: Value, months: Value): Value {
  const [at, count] = [moment(value), whole(months)]
  if (at === null) return null
  if (Math.abs(count) > MAX_MONTHS) throw outOfCalendar()
  const total = at.month - 1 + count
  const year = at.year + Math.floor(total / 12)
  const month = total - Math.floor(total / 12) * 12 + 1
  if (year < 1 || year > MAX_YEAR) throw outOfCalendar()
  return written(year, month, Math.min(at.day, daysInMonth(year, month)), at.time)
}

export function addYears(value: Value, years: Value): Value {
  const count = whole(years)
  if (Math.abs(count) > MAX_YEAR) throw outOfCalendar()
  return addMonths(value, new Exact(count * 12))
}

export function dateDiff(later: Value, earlier: Value): Value {
  const [first, second] = [moment(later), moment(earlier)]
  if (first === null || second === null) return null
  const days = instant(first.year, first.month, first.day) - instant(second.year, second.month, second.day)
  return new Exact(days / DAY)
}

export function now(clock: Value): Value {
  const at = moment(clock)
  if (at === null) throw new ExpressionError('today() and now() need a clock: there is none here.')
  return written(at.year, at.month, at.day, at.time)
}

export const today = (clock: Value): Value => datePart(now(clock))
