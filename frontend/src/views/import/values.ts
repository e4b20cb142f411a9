// What unknown values of a file mean: the suggestions of the server, until somebody says otherwise.
import type { ClosedColumn, Scalar } from '@/api/imports'

/** The suggested meanings; a value without one is left to be refused. */
export function meanings(column: ClosedColumn): Record<string, Scalar> {
  const suggested = column.unknown.filter(({ suggestion }) => suggestion !== '')
  return Object.fromEntries(suggested.map(({ value, suggestion }) => [value, suggestion]))
}
