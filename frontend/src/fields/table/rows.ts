// Changes of a list of child rows; every function returns a new list.
import type { Row } from '@/api/resource'

import { stillFitting } from '../link/fetched'

/** Tells a row that waits for an answer from the others. Copies of the row keep it; what is compared, kept or sent is without it. */
const IDENTITY = Symbol('identity of a row')
type Identified = Row & { [IDENTITY]?: symbol }

export const identityOf = (row: Identified): symbol | undefined => row[IDENTITY]

/** The rows, of which those from `from` up to `to` are told from others wherever they move. */
export function identified(rows: readonly Identified[], from: number, to: number): Row[] {
  return rows.map((row, at) => (at < from || at >= to || row[IDENTITY] ? row : { ...row, [IDENTITY]: Symbol() }))
}

export function addRow(rows: readonly Row[], row: Row, at: number = rows.length): Row[] {
  return [...rows.slice(0, at), row, ...rows.slice(at)]
}

/** A copy of a row below it; as a new row it has no name yet. */
export function duplicateRow(rows: readonly Identified[], at: number): Row[] {
  const source = rows[at]
  if (source === undefined) return [...rows]
  const { name: _name, idx: _idx, creation: _creation, modified: _modified, [IDENTITY]: _identity, ...values } = source
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

/** The rows with what was fetched for a link of the row `asked`, wherever it stands now. */
export function answered(rows: readonly Row[], asked: Row, link: string, fetched: Row): Row[] {
  return rows.map((row) => (identityOf(row) === identityOf(asked) ? { ...row, ...stillFitting(fetched, link, asked, row) } : row))
}
