// The links of records, whose titles are asked for before the records are shown.
import { asText } from '@/api/resource'
import type { Doc, Row } from '@/api/resource'
import type { Link } from '@/api/session'
import { TABLE_TYPES } from '@/metadata/doctype'
import type { DocField, Meta } from '@/metadata/doctype'

import { linkTarget } from './target'

/** Rows of a child table that a form may show at first; the others ask for their titles when they are drawn. */
const FIRST_ROWS = 40

const isLink = ({ fieldtype }: DocField): boolean => fieldtype === 'Link' || fieldtype === 'Dynamic Link'

export function linksOf(fields: readonly DocField[], rows: readonly Row[]): Link[] {
  const links = fields.filter(isLink)
  return rows.flatMap((row) => links.map((field): Link => [linkTarget(field, row), asText(row[field.fieldname])]))
}

/** Those of a document and of the rows of its tables. */
export function linksOfDocument({ doctype, children }: Meta, doc: Doc): Link[] {
  const tables = doctype.fields.filter(({ fieldtype }) => TABLE_TYPES.includes(fieldtype))
  const rows = tables.flatMap(({ fieldname, options }) => {
    const stored = doc[fieldname]
    return linksOf(children[options ?? '']?.fields ?? [], Array.isArray(stored) ? stored.slice(0, FIRST_ROWS) : [])
  })
  return [...linksOf(doctype.fields, [doc]), ...rows]
}
