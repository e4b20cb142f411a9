// Which columns a list shows and which fields it asks for.
import { isSummable } from './aggregates'
import type { DocField, DocType, Meta } from './doctype'
import { hasColumn } from './doctype'

export interface ListModel {
  /** Field that names a record for people; null means its `name`. */
  title: DocField | null
  /** Fieldname of the picture that stands for a record (Frappe DocType.image_field). */
  image: string | null
  /** Further columns, in order. */
  columns: DocField[]
  /** Field with the coloured state: the workflow's or `status`. */
  state: DocField | null
  /** Fields offered as quick filters. */
  quickFilters: DocField[]
  /** Fields that can stand in a column. */
  choosable: DocField[]
  /** Columns of the request. */
  fetch: string[]
}

const MAX_COLUMNS = 6
const NOT_IN_LISTS = new Set(['Password', 'Signature', 'Text Editor', 'HTML Editor', 'Code', 'JSON', 'Geolocation', 'Markdown Editor'])

/** The text field that the name is made of: it says what the name says, under a better heading. */
function namingField({ autoname }: DocType, byName: (name: string) => DocField | null): DocField | null {
  const field = autoname?.startsWith('field:') ? byName(autoname.slice('field:'.length)) : null
  return field?.fieldtype === 'Data' ? field : null
}

function isReadable(meta: Meta, field: DocField): boolean {
  return meta.readable_levels.includes(field.permlevel ?? 0)
}

function stateField(meta: Meta, readable: readonly DocField[]): DocField | null {
  const name = meta.workflow?.state_field ?? 'status'
  return readable.find((field) => field.fieldname === name && ['Select', 'Link', 'Data'].includes(field.fieldtype)) ?? null
}

/** Columns of a DocType that marks none: its first few plain fields. */
function chooseColumns(readable: readonly DocField[], title: DocField | null): DocField[] {
  const marked = readable.filter((field) => field.in_list_view)
  const shown = marked.length > 0 ? marked : readable.filter((field) => !field.hidden && !NOT_IN_LISTS.has(field.fieldtype)).slice(0, 5)
  return firstOf(shown.filter((field) => field !== title && !isNamedBeside(field, shown)), MAX_COLUMNS)
}

/** The first `most` fields; a number that is summed up is among them when there is one. */
export function firstOf(fields: readonly DocField[], most: number): DocField[] {
  const first = fields.slice(0, most)
  const number = fields.slice(most).find(isSummable)
  return number === undefined || first.some(isSummable) ? first : [...first.slice(0, -1), number]
}

/** A link is left out where another column shows a value of the linked document, mostly its name. */
function isNamedBeside(link: DocField, shown: readonly DocField[]): boolean {
  return link.fieldtype === 'Link' && shown.some((field) => field.fetch_from?.startsWith(`${link.fieldname}.`) === true)
}

/** `wanted` are the columns that somebody chose, in order; none: those of the definition. */
export function buildListModel(meta: Meta, wanted: readonly string[] = []): ListModel {
  const doctype: DocType = meta.doctype
  const readable = doctype.fields.filter((field) => hasColumn(field) && isReadable(meta, field))
  const byName = (name: string | null | undefined): DocField | null => readable.find((field) => field.fieldname === name) ?? null
  const title = byName(meta.title_field ?? doctype.title_field) ?? namingField(doctype, byName)
  const state = stateField(meta, readable)
  const own = wanted.map(byName).filter((field) => field !== null && field !== title) as DocField[]
  const columns = own.length > 0 ? own : chooseColumns(readable, title)
  if (own.length === 0 && state !== null && state !== title && !columns.includes(state)) columns.unshift(state)
  const currencies = columns.filter((field) => field.fieldtype === 'Currency').map((field) => byName(field.options)?.fieldname)
  const dynamic = columns.filter((field) => field.fieldtype === 'Dynamic Link').map((field) => byName(field.options)?.fieldname)
  const image = byName(doctype.image_field)?.fieldname ?? null
  const fetch = ['name', 'modified', 'docstatus', title?.fieldname, image, ...columns.map((field) => field.fieldname), ...currencies, ...dynamic]
  return {
    title,
    image,
    columns,
    state,
    choosable: readable.filter((field) => !field.hidden && !NOT_IN_LISTS.has(field.fieldtype)),
    quickFilters: readable.filter((field) => field.in_standard_filter).slice(0, 4),
    fetch: [...new Set(fetch.filter((name) => name !== undefined && name !== null))],
  }
}
