// Cells copied from a spreadsheet: text with tabs and newlines, read into rows, and laid over the rows of a grid.
import type { Row, Value } from '@/api/resource'
import type { DocField } from '@/metadata/doctype'

import type { FormatContext, KindLookup } from '../contract'
import type { Cell } from './use-grid-keys'

/** Rows of cells; a cell with tabs, newlines or quotes in it stands in quotes, as spreadsheets write it. */
export function parseCells(text: string): string[][] {
  const rows: string[][] = [[]]
  const pattern = /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/gy
  for (const [whole, quoted, plain, end] of text.matchAll(pattern)) {
    if (whole === '' && rows.at(-1)!.length === 0) break
    rows.at(-1)!.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === '') break
    if (end !== '\t') rows.push([])
  }
  return rows.filter((row) => row.length > 0)
}

export interface Paste {
  cells: readonly (readonly string[])[]
  at: Cell
  columns: readonly DocField[]
  /** Whether a cell takes values; a row beyond the last one is new. */
  takes: (column: DocField, row: Row) => boolean
  blank: () => Row
}

export interface Pasted {
  rows: Row[]
  taken: number
  /** Cells that are closed here. */
  left: number
}

/** What a text means in a column; a text that means nothing there stays, and the cell says what it expects. */
export function meaning(text: string, column: DocField, kindOf: KindLookup, context: FormatContext): Value {
  const plain = text.trim()
  const { parse } = kindOf(column.fieldtype)
  if (parse === undefined) return plain === '' ? null : plain
  const meant = parse(plain, column, context)
  return meant === undefined ? plain || null : meant
}

/** The rows with the pasted cells over them, and new rows where they reach beyond the end. */
export function paste(rows: readonly Row[], { cells, at, columns, takes, blank }: Paste, kindOf: KindLookup, context: FormatContext): Pasted {
  const result: Pasted = { rows: [...rows], taken: 0, left: 0 }
  for (const [down, line] of cells.entries()) {
    const row = { ...(result.rows[at.row + down] ?? blank()) }
    for (const [across, text] of line.entries()) {
      const column = columns[at.column + across]
      if (column === undefined || !takes(column, row)) {
        result.left += 1
        continue
      }
      row[column.fieldname] = meaning(text, column, kindOf, context)
      result.taken += 1
    }
    result.rows[at.row + down] = row
  }
  return result
}

/** What is wrong with a text in a cell where no value is written so; undefined when nothing is. */
export function cellFault(value: Value, column: DocField, kindOf: KindLookup, context: FormatContext): string | undefined {
  const { parse, expects } = kindOf(column.fieldtype)
  if (parse === undefined || typeof value !== 'string' || value === '') return undefined
  return parse(value, column, context) === undefined ? expects?.() : undefined
}
