// Values that a field takes over from a linked document, shown as soon as the link is chosen (the server decides on save).
import { call } from '@/api/client'
import { fetchValues, getDocument } from '@/api/resource'
import type { Row } from '@/api/resource'
import { linkTarget } from '@/fields/link/target'
import type { DocField } from '@/metadata/doctype'

interface Fetch {
  target: DocField
  source: string
}

function fetchesOf(fields: readonly DocField[], link: DocField): Fetch[] {
  return fields.flatMap((target) => {
    const [linkName, source] = (target.fetch_from ?? '').split('.')
    return linkName === link.fieldname && source ? [{ target, source }] : []
  })
}

/** What comes with a chosen link: fields of the linked document, then what the link's method answers for the row. */
export async function fetchedValues(fields: readonly DocField[], link: DocField, row: Row, parent: Row): Promise<Row> {
  const own = await linkedValues(fields, link, row)
  if (!link.fetch_method || !row[link.fieldname]) return own
  try {
    const answer = await call<Row>(link.fetch_method, { row: { ...row, ...own }, parent })
    // One method serves the rows of several documents: each takes the fields that it has.
    const known = Object.entries(answer).filter(([fieldname]) => fields.some((field) => field.fieldname === fieldname))
    return { ...own, ...Object.fromEntries(known) }
  } catch {
    // As above: the server decides on save.
    return own
  }
}

async function linkedValues(fields: readonly DocField[], link: DocField, row: Row): Promise<Row> {
  const name = row[link.fieldname]
  const wanted = fetchesOf(fields, link).filter(({ target }) => !(target.fetch_if_empty && row[target.fieldname]))
  const doctype = linkTarget(link, row)
  if (wanted.length === 0 || typeof name !== 'string' || name === '' || doctype === '') return {}
  try {
    // What a dynamic link leads to may lack a field that others have: of it all is read.
    const dynamic = link.fieldtype === 'Dynamic Link'
    const values = dynamic ? await getDocument(doctype, name) : await fetchValues(doctype, name, wanted.map(({ source }) => source))
    return Object.fromEntries(wanted.map(({ target, source }) => [target.fieldname, values[source] ?? null]))
  } catch {
    // The preview is a convenience: a value that may not be read here is fetched or refused by the server on save.
    return {}
  }
}
