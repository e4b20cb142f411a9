// The browser's side of the parity test: evaluates compiled expressions and writes exact, comparable results.
import { Decimal } from 'decimal.js'

import { evaluateExact, ExpressionError, holds } from '../../frontend/src/shared/expressions/index'
import type { Scope } from '../../frontend/src/shared/expressions/index'

interface Case {
  readonly tree: unknown
  readonly scope: Scope
}

function comparable(value: unknown): unknown {
  if (Decimal.isDecimal(value)) return { number: value.toFixed() }
  if (Array.isArray(value)) return value.map(comparable)
  return typeof value === 'object' && value !== null ? { row: Object.keys(value).length } : value
}

function result({ tree, scope }: Case): unknown {
  try {
    return { value: comparable(evaluateExact(tree, scope)), holds: holds(tree, scope) }
  } catch (error) {
    if (error instanceof ExpressionError) return { error: true }
    throw error
  }
}

export function evaluateAll(cases: readonly Case[]): unknown[] {
  return cases.map(result)
}
