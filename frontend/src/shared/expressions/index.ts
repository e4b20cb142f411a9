// Conditions and formulas in the browser, from the JSON tree that the server compiled, with the same results.
import { Decimal } from 'decimal.js'

import { build } from './closures'
import type { Closure } from './closures'
import { ExpressionError, isList, truth } from './values'
import type { Row, Value } from './values'

export { ExpressionError } from './values'

/** The record, its parent record for a child row, and the clock of today() and now() in Frappe's wire format. */
export interface Scope {
  readonly doc: Row
  readonly parent?: Row | null
  readonly now?: string
}

const VERSION = 1
const NO_RECORD: Row = {}
const compiled = new WeakMap<object, Closure>()

/** The exact value of a compiled expression: numbers are Decimal. Throws ExpressionError. */
export function evaluateExact(tree: unknown, scope: Scope): Value {
  const { doc, parent, now } = scope
  return closureOf(tree)({ doc, parent: parent ?? NO_RECORD, row: NO_RECORD, now })
}

/** The value as a document has it: numbers are numbers. Throws ExpressionError. */
export function evaluate(tree: unknown, scope: Scope): unknown {
  return plain(evaluateExact(tree, scope))
}

/** Whether the condition is met; false for an empty list and for 0. Throws ExpressionError. */
export function holds(tree: unknown, scope: Scope): boolean {
  return truth(evaluateExact(tree, scope))
}

function closureOf(tree: unknown): Closure {
  if (typeof tree !== 'object' || tree === null || !('root' in tree) || !('version' in tree)) {
    throw new ExpressionError('This is not a compiled expression.')
  }
  if (tree.version !== VERSION) throw new ExpressionError('This expression was compiled by another version.')
  const known = compiled.get(tree)
  if (known !== undefined) return known
  const closure = build(tree.root)
  compiled.set(tree, closure)
  return closure
}

function plain(value: Value): unknown {
  if (Decimal.isDecimal(value)) return value.isZero() ? 0 : value.toNumber()
  return isList(value) ? value.map(plain) : value
}
