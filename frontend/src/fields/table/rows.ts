// Changes of a list of child rows; every function returns a new list.
import type { Row } from '@/api/resource'

export function addRow(rows: readonly Row[], row: Row, at: number = rows.length): Row[] {
  return [...rows.slice(0, at), row, ...rows.slice(at)]
}

/** A copy of a row below it; as a new row it has no name yet. */
export function duplicateRow(rows: readonly Row[], at: number): Row[] {
  const source = rows[at]
  if (source === undefined) return [...rows]
  const { name: _name, idx: _idx, creation: _creation, modified: _modified, ...values } = source
  return addRow(rows, values, at + 1)
}

export function removeRows(rows: readonly Row[], positions: ReadonlySet<number>): Row[] {
  return rows.filter((_row, position) => !positions.has(position))
}

export function moveRow(rows: readonly Row[], from: number, to: number): Row[] {
  const row = rows[from]
  if (row === undefined || to < 0 || to >= rows.length) return [...rows]
  const others = rows.filter((_row, position) => position !== from)
  return addRow(others, row, to)
}

export function setCell(rows: readonly Row[], at: number, fieldname: string, value: Row[string]): Row[] {
  return rows.map((row, position) => (position === at ? { ...row, [fieldname]: value } : row))
}
