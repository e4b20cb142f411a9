// Pasting from a spreadsheet into a grid: values by column, names of links looked up by what people call them.
import { searchLink } from '@/api/desk'
import type { Row } from '@/api/resource'
import { useSession } from '@/api/session'
import type { DocField } from '@/metadata/doctype'
import { notify, warn } from '@/shared/feedback'
import { t } from '@/shared/i18n'

import { useKindLookup } from '../contract'
import { asText } from '../format'
import { paste, parseCells } from './clipboard'
import type { Paste } from './clipboard'

const LOOKED_UP = 40
const isLink = (column: DocField): boolean => column.fieldtype === 'Link' && Boolean(column.options)

/** The document that a pasted text names: by its name, else the only one with this title. */
async function named(doctype: string, text: string): Promise<string | null> {
  const found = await searchLink(doctype, text).catch(() => [])
  const byName = found.find((entry) => entry.value === text)
  const byTitle = found.filter((entry) => entry.label === text || entry.description.split(', ').includes(text))
  return byName?.value ?? (byTitle.length === 1 ? byTitle[0]!.value : null)
}

/** Names for the texts of a link column; beyond the first few the server tells on saving which it does not know. */
async function namesFor(column: DocField, texts: readonly string[]): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for (const text of [...new Set(texts)].filter(Boolean).slice(0, LOOKED_UP)) {
    const name = await named(column.options ?? '', text)
    if (name !== null) names.set(text, name)
  }
  return names
}

async function withNames(rows: readonly Row[], columns: readonly DocField[], from: number, to: number): Promise<Row[]> {
  let result = [...rows]
  const isPasted = (position: number): boolean => position >= from && position < to
  for (const { fieldname, ...column } of columns.filter(isLink)) {
    const texts = result.slice(from, to).map((row) => asText(row[fieldname]))
    const names = await namesFor({ fieldname, ...column }, texts)
    const nameOf = (row: Row): string => names.get(asText(row[fieldname])) ?? asText(row[fieldname])
    result = result.map((row, position) => (isPasted(position) && row[fieldname] ? { ...row, [fieldname]: nameOf(row) } : row))
  }
  return result
}

export type PasteInto = (text: string, place: Omit<Paste, 'cells'>, rows: readonly Row[], update: (rows: Row[]) => void) => Promise<void>

export function usePaste(): PasteInto {
  const session = useSession()
  const kindOf = useKindLookup()

  return async (text, place, rows, update) => {
    const cells = parseCells(text)
    const pasted = paste(rows, { ...place, cells }, kindOf, session)
    update(pasted.rows)
    const across = place.columns.slice(place.at.column, place.at.column + Math.max(...cells.map((line) => line.length)))
    if (across.some(isLink)) update(await withNames(pasted.rows, across, place.at.row, place.at.row + cells.length))
    notify(t('{count} cells pasted', { count: pasted.taken }))
    if (pasted.left > 0) warn(t('{count} cells were left out: their columns are closed or missing here.', { count: pasted.left }))
  }
}
