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
import { identified, identityOf } from './rows'

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

/** The rows with names for the texts that were pasted into a link column of some of them, and stand there still. */
function withNames(rows: readonly Row[], pasted: ReadonlySet<symbol | undefined>, column: string, names: ReadonlyMap<string, string>): Row[] {
  return rows.map((row) => {
    const name = pasted.has(identityOf(row)) ? names.get(asText(row[column])) : undefined
    return name === undefined ? row : { ...row, [column]: name }
  })
}

export type PasteInto = (text: string, place: Omit<Paste, 'cells'>, rows: () => readonly Row[], update: (rows: Row[]) => void) => Promise<void>

export function usePaste(): PasteInto {
  const session = useSession()
  const kindOf = useKindLookup()

  return async (text, place, rows, update) => {
    const cells = parseCells(text)
    const pasted = paste(rows(), { ...place, cells }, kindOf, session)
    const [from, to] = [place.at.row, place.at.row + cells.length]
    const known = identified(pasted.rows, from, to)
    update(known)
    const laid = known.slice(from, to)
    const across = place.columns.slice(place.at.column, place.at.column + Math.max(...cells.map((line) => line.length)))
    for (const column of across.filter(isLink)) {
      const names = await namesFor(column, laid.map((row) => asText(row[column.fieldname])))
      // People go on working while the names are looked up: they go into the rows as those are now.
      if (names.size > 0) update(withNames(rows(), new Set(laid.map(identityOf)), column.fieldname, names))
    }
    notify(t('{count} cells pasted', { count: pasted.taken }))
    if (pasted.left > 0) warn(t('{count} cells were left out: their columns are closed or missing here.', { count: pasted.left }))
  }
}
