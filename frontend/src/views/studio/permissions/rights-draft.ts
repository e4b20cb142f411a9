// Edits of permission rows by DocType, and the definitions that they make.
import type { Draft } from '@/api/plans'
import { asText } from '@/api/resource'
import type { Row } from '@/api/resource'
import type { DoctypeRights } from '@/api/rights'
import type { Studied } from '@/api/studio'

import { draftOf, isSame, startShape } from '../definitions'
import { isSameRow, mergedRows } from '../three-way'

/** The rows of the DocTypes that were edited. */
export type Edits = Readonly<Record<string, Row[]>>

export const roleOf = (row: Row): string => asText(row['role'])
export const levelOf = (row: Row): number => Number(row['permlevel'] ?? 0)

export const rowsOf = (rights: DoctypeRights, edits: Edits): Row[] => edits[rights.name] ?? rights.rows

/** A row and its place; `position` is -1 for one that is only offered. */
export interface Place {
  row: Row
  position: number
}

/** The rows to show of a DocType: those of the chosen role, or one to begin with. */
export function placesOf(rights: DoctypeRights, edits: Edits, role: string): Place[] {
  const places = rowsOf(rights, edits).map((row, position) => ({ row, position }))
  if (role === '') return places
  const own = places.filter(({ row }) => roleOf(row) === role)
  return own.length > 0 ? own : [{ row: { role, permlevel: 0 }, position: -1 }]
}

function withRows(edits: Edits, rights: DoctypeRights, rows: Row[]): Edits {
  const { [rights.name]: _, ...others } = edits
  return sameRows(rows, rights.rows) ? others : { ...others, [rights.name]: rows }
}

/** Sets properties of a row; one that was only offered comes to the DocType's rows by that. */
export function withValues(edits: Edits, rights: DoctypeRights, place: Place, values: Row): Edits {
  const rows = rowsOf(rights, edits)
  const changed = { ...place.row, ...values }
  return withRows(edits, rights, place.position < 0 ? [...rows, changed] : rows.map((row, at) => (at === place.position ? changed : row)))
}

export function withoutRow(edits: Edits, rights: DoctypeRights, position: number): Edits {
  return withRows(edits, rights, rowsOf(rights, edits).filter((_, at) => at !== position))
}

export function withRow(edits: Edits, rights: DoctypeRights, row: Row): Edits {
  return withRows(edits, rights, [...rowsOf(rights, edits), row])
}

/** Two rows are the same when they say the same; the order of rows and what is not set do not count. */
function sameRows(rows: readonly Row[], others: readonly Row[]): boolean {
  return rows.length === others.length && rows.every((row, at) => isSameRow(row, others[at]!))
}

/** What differs from the rows in force, for a mark at the cell. */
export const isEdited = (rights: DoctypeRights, { row, position }: Place, property: string): boolean =>
  position < 0 ? false : !isSame(rights.rows[position]?.[property], row[property])

/** Edits, the rows that they were begun with, and the newest plan of the site then. */
export interface KeptEdits {
  edits: Edits
  before: Edits
  as_of: number | null
}

/** What a browser has kept. A former version kept the edits alone: what they were begun with is not known. */
export function keptEdits(text: string | null): KeptEdits {
  try {
    const kept = JSON.parse(text ?? '{}') as Partial<KeptEdits> & Edits
    return kept.edits === undefined ? { edits: kept, before: {}, as_of: null } : { edits: kept.edits, before: kept.before ?? {}, as_of: kept.as_of ?? null }
  } catch {
    return { edits: {}, before: {}, as_of: null }
  }
}

/** A row of rights as a person calls it. */
const nameOf = (row: Row): string => [roleOf(row), levelOf(row) || '', ...['if_owner', 'if_team'].filter((key) => isSame(row[key], 1))].filter((part) => part !== '').join(' ')

/** One's own edits, begun with the rows `before`, brought onto the rights that are in force now. */
export function takenOver(edits: Edits, before: Edits, now: readonly DoctypeRights[]): { edits: Edits; clashes: string[] } {
  const clashes: string[] = []
  const made = now.reduce<Edits>((done, rights) => {
    const mine = edits[rights.name]
    if (mine === undefined) return done
    const found: string[] = []
    const rows = mergedRows(before[rights.name] ?? rights.rows, mine, rights.rows, nameOf, found)
    clashes.push(...found.map((place) => `${rights.label}: ${place}`))
    return withRows(done, rights, rows)
  }, {})
  return { edits: made, clashes }
}

/** All edits as one draft; `study` reads the definitions that they are about. */
export async function rightsDraft({ edits, as_of }: Omit<KeptEdits, 'before'>, study: (doctype: string) => Promise<Studied>): Promise<Draft> {
  const drafts = await Promise.all(
    Object.entries(edits).map(async ([doctype, rows]) => {
      const studied = await study(doctype)
      const shape = startShape(studied)
      return draftOf(studied, { ...shape, properties: { ...shape.properties, permissions: rows } }, () => 'Data')
    }),
  )
  return { definitions: drafts.flatMap((draft) => draft.definitions), removed: drafts.flatMap((draft) => draft.removed), as_of: as_of ?? undefined }
}
