// The fixed tables of functions and aggregates; the same names as in crm_platform/expressions.
import * as dates from './dates'
import * as numbers from './numbers'
import { add, contains, divide } from './operators'
import * as texts from './texts'
import { Exact, isEmpty, number, text, truth } from './values'
import type { Value } from './values'

export type Call = (...values: Value[]) => Value
export type Combine = (values: readonly Value[]) => Value

/** A function of one to three values; the server has checked their number. */
const of = (call: (first: Value, second: Value, third: Value) => Value): Call => {
  return (first = null, second = null, third = null) => call(first, second, third)
}

export const CLOCK_FUNCTIONS: ReadonlyMap<string, (clock: Value) => Value> = new Map([
  ['today', dates.today],
  ['now', dates.now],
])

export const FUNCTIONS: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['date', of(dates.datePart)],
  ['add_days', of(dates.addDays)],
  ['add_months', of(dates.addMonths)],
  ['add_years', of(dates.addYears)],
  ['date_diff', of(dates.dateDiff)],
  ['year', of(dates.year)],
  ['month', of(dates.month)],
  ['day', of(dates.day)],
  ['weekday', of(dates.weekday)],
  ['first_day', of(dates.firstDay)],
  ['last_day', of(dates.lastDay)],
  ['len', of(texts.length)],
  ['lower', of(texts.lower)],
  ['upper', of(texts.upper)],
  ['trim', of(texts.trim)],
  ['contains', of((container, item) => contains(item, container))],
  ['startswith', of(texts.startsWith)],
  ['endswith', of(texts.endsWith)],
  ['left', of(texts.left)],
  ['right', of(texts.right)],
  ['replace', of(texts.replace)],
  ['concat', texts.concat],
  ['cstr', of(text)],
  ['cint', of(numbers.cint)],
  ['flt', of(numbers.flt)],
  ['abs', of(numbers.absolute)],
  ['round', of(numbers.roundHalfUp)],
  ['floor', of(numbers.floor)],
  ['ceil', of(numbers.ceil)],
  ['min', (...values) => numbers.smallest(values)],
  ['max', (...values) => numbers.largest(values)],
  ['coalesce', (...values) => values.find((value) => !isEmpty(value)) ?? null],
])

const total: Combine = (values) => values.reduce((sum: Value, value) => add(sum, number(value)), new Exact(0))

function average(values: readonly Value[]): Value {
  const present = values.filter((value) => !isEmpty(value))
  return divide(total(present), new Exact(present.length))
}

export const AGGREGATES: ReadonlyMap<string, Combine> = new Map<string, Combine>([
  ['sum', total],
  ['count', (values) => new Exact(values.filter(truth).length)],
  ['avg', average],
  ['min', numbers.smallest],
  ['max', numbers.largest],
])
