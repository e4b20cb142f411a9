// The flat field list of a DocType as tabs, sections and columns that can be empty, and moves within the list.
import { asText } from '@/api/resource'
import type { Row } from '@/api/resource'

export interface OutlineColumn {
  key: string
  /** Position in the flat list where the first field of the column stands, or would stand. */
  start: number
  fields: Row[]
}

export interface OutlineSection {
  key: string
  /** The Section Break; null for fields that stand before any. */
  field: Row | null
  columns: OutlineColumn[]
}

export interface OutlineTab {
  key: string
  field: Row | null
  sections: OutlineSection[]
}

export const nameOf = (field: Row): string => asText(field['fieldname'])
export const typeOf = (field: Row): string => asText(field['fieldtype'])

const newColumn = (key: string, start: number): OutlineColumn => ({ key, start, fields: [] })

function newSection(field: Row | null, key: string, start: number): OutlineSection {
  return { key, field, columns: [newColumn(key, start)] }
}

/** With a section of its own, for fields that stand before any Section Break. */
function newTab(field: Row | null, start: number): OutlineTab {
  const key = field === null ? 'first' : nameOf(field)
  return { key, field, sections: [newSection(null, `${key}-first`, start)] }
}

const isUnused = (section: OutlineSection): boolean => section.field === null && section.columns.length === 1 && section.columns[0]!.fields.length === 0

export function outline(fields: readonly Row[]): OutlineTab[] {
  const tabs = [newTab(null, 0)]
  fields.forEach((field, position) => {
    const [type, start, sections] = [typeOf(field), position + 1, tabs.at(-1)!.sections]
    if (type === 'Tab Break') tabs.push(newTab(field, start))
    else if (type === 'Section Break') sections.push(newSection(field, nameOf(field), start))
    else if (type === 'Column Break') sections.at(-1)!.columns.push(newColumn(nameOf(field), start))
    else sections.at(-1)!.columns.at(-1)!.fields.push(field)
  })
  const filled = tabs.map((tab) => (tab.sections.length > 1 && isUnused(tab.sections[0]!) ? { ...tab, sections: tab.sections.slice(1) } : tab))
  const [first, ...others] = filled
  return others.length > 0 && first!.sections.length === 1 && isUnused(first!.sections[0]!) ? others : filled
}

export function inserted(fields: readonly Row[], at: number, ...added: Row[]): Row[] {
  return [...fields.slice(0, at), ...added, ...fields.slice(at)]
}

/** The list with the field at `from` where `to` was before it was taken out. */
export function moved(fields: readonly Row[], from: number, to: number): Row[] {
  const field = fields[from]
  if (field === undefined || to < 0 || to > fields.length) return [...fields]
  const without = fields.filter((_, position) => position !== from)
  return inserted(without, to > from ? to - 1 : to, field)
}

const endOf = ({ start, fields }: OutlineColumn): number => start + fields.length

/** Where a field at the end of the tab stands. */
export const endOfTab = (tab: OutlineTab): number => endOf(tab.sections.at(-1)!.columns.at(-1)!)

const holds = (column: OutlineColumn, fieldname: string): boolean => column.fields.some((field) => nameOf(field) === fieldname)

/** The tab in which a field stands, or which it begins or arranges. */
export function tabOf(tabs: readonly OutlineTab[], fields: readonly Row[], fieldname: string): OutlineTab | undefined {
  const position = fields.findIndex((field) => nameOf(field) === fieldname)
  if (position < 0) return undefined
  const startOf = (tab: OutlineTab): number => (tab.field === null ? 0 : fields.indexOf(tab.field))
  return tabs.findLast((tab) => startOf(tab) <= position) ?? tabs[0]
}

/** Where a field stands at the end of the column before (-1) or after (1) its own; its own place when there is none. */
export function beside(fields: readonly Row[], fieldname: string, by: -1 | 1): number {
  const columns = outline(fields).flatMap((tab) => tab.sections).flatMap((section) => section.columns)
  const own = columns.findIndex((column) => holds(column, fieldname))
  const other = columns[own + by]
  return other === undefined ? fields.findIndex((field) => nameOf(field) === fieldname) : endOf(other)
}

/** From where to where a section or a tab goes: its break and all up to the next one of its kind or a larger one. */
function extentOf(fields: readonly Row[], at: number): [from: number, to: number] {
  const larger = typeOf(fields[at]!) === 'Tab Break' ? ['Tab Break'] : ['Tab Break', 'Section Break']
  const next = fields.findIndex((field, position) => position > at && larger.includes(typeOf(field)))
  return [at, next < 0 ? fields.length : next]
}

/** The list with a whole section or tab moved before the one that it follows (-1), or behind the one that follows it. */
export function movedPart(fields: readonly Row[], at: number, by: -1 | 1): Row[] {
  const type = typeOf(fields[at]!)
  const [from, to] = extentOf(fields, at)
  if (by > 0) return to < fields.length && typeOf(fields[to]!) === type ? movedPart(fields, to, -1) : [...fields]
  const before = fields.findLastIndex((field, position) => position < from && [type, 'Tab Break'].includes(typeOf(field)))
  if (before < 0 || typeOf(fields[before]!) !== type) return [...fields]
  return [...fields.slice(0, before), ...fields.slice(from, to), ...fields.slice(before, from), ...fields.slice(to)]
}

/** A copy of a field under a name of its own; what only one field can be, the copy is not. */
export function copied(field: Row, taken: ReadonlySet<string>): Row {
  const { fieldname, ...rest } = field
  return { ...rest, fieldname: fieldnameFor(asText(fieldname), typeOf(field), taken), unique: 0 }
}

/** A fieldname out of a label: small letters, digits and underscores; `taken` ones get a number. */
export function fieldnameFor(label: string, fieldtype: string, taken: ReadonlySet<string>): string {
  const plain = label
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
  const stem = (plain || fieldtype.toLowerCase().replace(/[^a-z0-9]+/g, '_')).slice(0, 50)
  if (!taken.has(stem)) return stem
  for (let number = 2; ; number++) if (!taken.has(`${stem}_${number}`)) return `${stem}_${number}`
}

/** A new field under another label. As long as nobody wrote a name, that of the field follows its label. */
export function relabelled(fields: readonly Row[], field: Row, label: string): Row {
  const taken = new Set(fields.filter((row) => row !== field).map(nameOf))
  const follows = nameOf(field) === fieldnameFor(asText(field['label']), typeOf(field), taken)
  return { ...field, label, ...(follows ? { fieldname: fieldnameFor(label, typeOf(field), taken) } : {}) }
}

/** The first line of text of a new DocType says what its records are called, until somebody chooses another. */
export function titled(properties: Row, fieldtype: string, fieldname: string): Row {
  const isOpen = fieldtype === 'Data' && !properties['title_field'] && !properties['istable'] && !properties['issingle']
  return isOpen ? { ...properties, title_field: fieldname, show_title_field_in_link: 1 } : properties
}

/** The title follows its field when that is named anew, and goes with it. */
export function retitled(properties: Row, before: string, after: string): Row {
  return properties['title_field'] === before && before !== after ? { ...properties, title_field: after } : properties
}
