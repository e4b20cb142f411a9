// Tree → closure: each node of the server's JSON tree becomes a function of the frame.
import { AGGREGATES, CLOCK_FUNCTIONS, FUNCTIONS } from './functions'
import { MAX_DEPTH, MAX_LIST, MAX_STEPS } from './limits'
import { ARITHMETICS, COMPARISONS, subtract } from './operators'
import { Exact, ExpressionError, fromDocument, isRow, truth } from './values'
import type { Row, Value } from './values'

/** What an expression sees: the record, its parent record, the child row at hand and the clock. */
export interface Frame {
  readonly doc: Row
  readonly parent: Row
  readonly row: Row
  readonly now: unknown
}

export type Closure = (frame: Frame) => Value
type Form = readonly unknown[]
type Builder = (parts: Form, depth: number) => Closure

function refused(): ExpressionError {
  return new ExpressionError('This is not a compiled expression.')
}

export function build(form: unknown, depth = 1): Closure {
  const builder = Array.isArray(form) && depth <= MAX_DEPTH ? BUILDERS.get(String(form[0])) : undefined
  if (builder === undefined) throw refused()
  return builder((form as Form).slice(1), depth + 1)
}

function entry<T>(table: ReadonlyMap<string, T>, name: unknown): T {
  const found = table.get(String(name))
  if (found === undefined) throw refused()
  return found
}

function operands(parts: Form, depth: number, least = 0): [Closure, ...Closure[]] {
  if (parts.length < least) throw refused()
  return parts.map((part) => build(part, depth)) as [Closure, ...Closure[]]
}

/** The record's own field, never what every object inherits. */
function read(record: Row, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : null
}

function field(parts: Form): Closure {
  const owner = parts[0]
  const name = String(parts[1])
  if (owner === 'doc') return (frame) => fromDocument(read(frame.doc, name))
  if (owner === 'parent') return (frame) => fromDocument(read(frame.parent, name))
  if (owner === 'row') return (frame) => fromDocument(read(frame.row, name))
  throw refused()
}

function logic(decisive: boolean): Builder {
  return (parts, depth) => {
    const steps = operands(parts, depth, 1)
    return (frame) => {
      let value: Value = null
      for (const step of steps) {
        value = step(frame)
        if (truth(value) === decisive) break
      }
      return value
    }
  }
}

function compare(parts: Form, depth: number): Closure {
  const signs = Array.isArray(parts[0]) ? parts[0].map((sign) => entry(COMPARISONS, sign)) : []
  const [first, ...others] = operands(parts.slice(1), depth, 2)
  if (signs.length !== others.length) throw refused()
  return (frame) => {
    let left = first(frame)
    return others.every((other, index) => {
      const right = other(frame)
      const holds = signs[index]?.(left, right) ?? false
      left = right
      return holds
    })
  }
}

function arithmetic(parts: Form, depth: number): Closure {
  const compute = entry(ARITHMETICS, parts[0])
  const [left, right] = operands(parts.slice(1), depth, 2) as [Closure, Closure]
  return (frame) => compute(left(frame), right(frame))
}

function choice(parts: Form, depth: number): Closure {
  const [test, then, other] = operands(parts, depth, 3) as [Closure, Closure, Closure]
  return (frame) => (truth(test(frame)) ? then(frame) : other(frame))
}

function call(parts: Form, depth: number): Closure {
  const clock = CLOCK_FUNCTIONS.get(String(parts[0]))
  if (clock !== undefined) return (frame) => clock(fromDocument(frame.now))
  const run = entry(FUNCTIONS, parts[0])
  const values: readonly Closure[] = operands(parts.slice(1), depth)
  return (frame) => run(...values.map((value) => value(frame)))
}

function aggregate(parts: Form, depth: number): Closure {
  const [name, table, body] = parts
  const combine = entry(AGGREGATES, name)
  const [kind, owner, fieldname] = Array.isArray(table) ? table : []
  if (kind !== 'field' || (owner !== 'doc' && owner !== 'parent')) throw refused()
  const value = body === undefined ? (): Value => true : build(body, depth)
  const most = Math.min(MAX_LIST, Math.floor(MAX_STEPS / (2 + (body === undefined ? 0 : size(body)))))
  return (frame) => {
    const record = owner === 'doc' ? frame.doc : frame.parent
    return combine(rowsOf(record, String(fieldname), most).map((row) => value({ ...frame, row })))
  }
}

/** Nodes of a form; the signs of a comparison are none. */
function size(form: unknown): number {
  if (!Array.isArray(form)) return 0
  const parts = form.slice(form[0] === 'compare' ? 2 : 1)
  return parts.reduce((sum: number, part) => sum + size(part), 1)
}

function rowsOf(record: Row, name: string, most: number): readonly Row[] {
  const rows = read(record, name)
  if (rows === null || rows === undefined || rows === '') return []
  if (!Array.isArray(rows) || !rows.every(isRow)) throw new ExpressionError(`${name} is not a child table.`)
  if (rows.length > most) throw new ExpressionError(`${name} has more than ${most} rows.`)
  return rows
}

function constant(value: Value): Closure {
  return () => value
}

const BUILDERS: ReadonlyMap<string, Builder> = new Map<string, Builder>([
  ['text', (parts) => constant(String(parts[0]))],
  ['constant', (parts) => constant(parts[0] === null ? null : parts[0] === true)],
  ['number', (parts) => constant(new Exact(String(parts[0])))],
  ['field', field],
  ['list', (parts, depth) => {
    const values: readonly Closure[] = operands(parts, depth)
    return (frame) => values.map((value) => value(frame))
  }],
  ['not', (parts, depth) => {
    const [operand] = operands(parts, depth, 1)
    return (frame) => !truth(operand(frame))
  }],
  ['negate', (parts, depth) => {
    const [operand] = operands(parts, depth, 1)
    return (frame) => subtract(new Exact(0), operand(frame))
  }],
  ['and', logic(false)],
  ['or', logic(true)],
  ['compare', compare],
  ['arithmetic', arithmetic],
  ['choice', choice],
  ['call', call],
  ['aggregate', aggregate],
])
