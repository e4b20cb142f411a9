// Text functions of the expression language; lengths are counted in characters (code points).
import { MAX_TEXT } from './limits'
import { whole } from './numbers'
import { boundedText, described, Exact, ExpressionError, isList, text, textLength } from './values'
import type { Value } from './values'

const LEADING_BLANKS = /^[ \t\r\n\u00a0\u3000]+/
const TRAILING_BLANK = /[ \t\r\n\u00a0\u3000]/

export function length(value: Value): Value {
  if (value === null) return new Exact(0)
  if (typeof value === 'string') return new Exact(textLength(value))
  if (isList(value)) return new Exact(value.length)
  throw new ExpressionError(`${described(value)} has no length.`)
}

export const lower = (value: Value): Value => boundedText(text(value).toLowerCase())
export const upper = (value: Value): Value => boundedText(text(value).toUpperCase())

export function trim(value: Value): Value {
  const whole = text(value).replace(LEADING_BLANKS, '')
  let end = whole.length
  while (end > 0 && TRAILING_BLANK.test(whole.charAt(end - 1))) end -= 1
  return whole.slice(0, end)
}

export function startsWith(value: Value, start: Value): Value {
  const part = text(start)
  return part !== '' && text(value).startsWith(part)
}

export function endsWith(value: Value, end: Value): Value {
  const part = text(end)
  return part !== '' && text(value).endsWith(part)
}

export function left(value: Value, count: Value): Value {
  const characters = Array.from(text(value))
  return characters.slice(0, Math.max(whole(count), 0)).join('')
}

export function right(value: Value, count: Value): Value {
  const characters = Array.from(text(value))
  return characters.slice(Math.max(characters.length - Math.max(whole(count), 0), 0)).join('')
}

export function replace(value: Value, old: Value, instead: Value): Value {
  const [whole, part, other] = [text(value), text(old), text(instead)]
  if (part === '') return whole
  const pieces = whole.split(part)
  const size = textLength(whole) + (pieces.length - 1) * (textLength(other) - textLength(part))
  if (size > MAX_TEXT) throw new ExpressionError(`The text is longer than ${MAX_TEXT} characters.`)
  return pieces.join(other)
}

export function concat(...values: Value[]): Value {
  return boundedText(values.map(text).join(''))
}
