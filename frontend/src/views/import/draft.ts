// A mapping while it is made: which column fills which field, and how; from what the server found, to what it takes.
import type { FileContent, Mapping, MappingEntry, Scalar } from '@/api/imports'
import { fieldLabel, hasColumn, TABLE_TYPES } from '@/metadata/doctype'
import type { DocField, DocType, Meta } from '@/metadata/doctype'
import { t } from '@/shared/i18n'

export interface ColumnDraft {
  column: string
  samples: string[]
  /** Empty: the column is left out. */
  field: string
  /** Other keys of its entry. */
  how: Omit<MappingEntry, 'field'>
  /** Further fields that the same column fills. */
  others: MappingEntry[]
}

/** What a mapping says besides columns and key. */
export type Manner = Pick<Mapping, 'date_format' | 'datetime_format' | 'time_format' | 'decimal' | 'distinct' | 'update_only' | 'defaults'>

export interface Draft {
  columns: ColumnDraft[]
  key: string[]
  manner: Manner
}

export interface FieldChoice {
  path: string
  label: string
  field: DocField
}

export interface ChoiceGroup {
  label: string
  choices: FieldChoice[]
}

const isOpen = (field: DocField): boolean => hasColumn(field) && field.fieldtype !== 'Password' && !field.read_only

const named = (fieldname: string, label: string): DocField => ({ fieldname, fieldtype: 'Data', label })

function choicesOf(doctype: DocType, prefix: string): FieldChoice[] {
  const fields = [...doctype.fields.filter(isOpen), named('name', t('ID'))]
  return fields.map((field) => ({ path: prefix + field.fieldname, label: fieldLabel(field), field }))
}

/** Fields that a file may fill: those of the document, then those of each of its tables. */
export function fieldChoices(meta: Meta): ChoiceGroup[] {
  const tables = meta.doctype.fields.filter((field) => TABLE_TYPES.includes(field.fieldtype))
  const inTables = tables.flatMap((table) => {
    const child = meta.children[table.options ?? '']
    return child === undefined ? [] : [{ label: fieldLabel(table), choices: choicesOf(child, `${table.fieldname}.`) }]
  })
  return [{ label: meta.doctype.name, choices: choicesOf(meta.doctype, '') }, ...inTables]
}

/** Fields that are usually known by: the name, what names a document, what is unique, the title. */
function usualKey(meta: Meta, mapped: readonly string[]): string[] {
  const naming = /^field:(\w+)$/.exec(meta.doctype.autoname ?? '')?.[1]
  const unique = meta.doctype.fields.filter((field) => field.unique).map(({ fieldname }) => fieldname)
  const found = ['name', naming, ...unique, meta.title_field].find((name) => name !== undefined && name !== null && mapped.includes(name))
  return found === undefined || found === null ? mapped.slice(0, 1) : [found]
}

/** Fields of the document itself that a column fills. */
export function mappedFields(columns: readonly ColumnDraft[]): string[] {
  const all = columns.filter(({ field }) => field !== '').flatMap(({ field, others }) => [field, ...others.map((entry) => entry.field)])
  return [...new Set(all)].filter((path) => !path.includes('.'))
}

/** The first draft for a file: names that fit exactly, then those that nearly do. */
export function newDraft(meta: Meta, content: FileContent): Draft {
  const columns = content.columns.map(({ column, field, guess }, position) => ({
    column,
    samples: content.rows.map((row) => row[position] ?? '').filter(Boolean),
    field: field ?? guess ?? '',
    how: {},
    others: [],
  }))
  return { columns, key: usualKey(meta, mappedFields(columns)), manner: {} }
}

/** Whether a mapping is about these columns, all of them and no others. */
export function fits(mapping: Mapping, content: FileContent): boolean {
  const said = new Set([...Object.keys(mapping.columns), ...(mapping.ignore ?? [])])
  return content.columns.every(({ column }) => said.delete(column)) && said.size === 0
}

/** The draft with what a mapping says of the columns that the file has. */
export function withMapping(draft: Draft, mapping: Mapping): Draft {
  const { key, columns: said, ignore: _ignore, doctype: _doctype, ...manner } = mapping
  const columns = draft.columns.map((column) => {
    const entries = [said[column.column] ?? []].flat()
    const [first, ...others] = entries
    if (first === undefined) return { ...column, field: '', how: {}, others: [] }
    const { field, ...how } = first
    return { ...column, field, how, others }
  })
  const mapped = mappedFields(columns)
  const kept = (key ?? []).filter((name) => mapped.includes(name))
  return { columns, key: kept.length > 0 ? kept : draft.key.filter((name) => mapped.includes(name)), manner }
}

function entryOf({ field, how, others }: ColumnDraft): MappingEntry | MappingEntry[] {
  const first = { field, ...how }
  return others.length === 0 ? first : [first, ...others]
}

/** The mapping as the server takes it and as it is saved. */
export function mappingOf({ columns, key, manner }: Draft): Mapping {
  const used = columns.filter(({ field }) => field !== '')
  return {
    key,
    columns: Object.fromEntries(used.map((column) => [column.column, entryOf(column)])),
    ignore: columns.filter(({ field }) => field === '').map(({ column }) => column),
    ...Object.fromEntries(Object.entries(manner).filter(([, value]) => value !== '' && value !== undefined && value !== false)),
  }
}

/** The draft with another field for a column; what was said of the former one goes. */
export function mapColumn(draft: Draft, column: string, field: string): Draft {
  const columns = draft.columns.map((entry) => (entry.column === column ? { ...entry, field, how: {}, others: [] } : entry))
  const mapped = mappedFields(columns)
  return { ...draft, columns, key: draft.key.filter((name) => mapped.includes(name)) }
}

/** The draft with the meaning of values; a cell that is not listed stays as it is. */
export function withValues(draft: Draft, column: string, field: string, values: Record<string, Scalar>, match: string): Draft {
  const change = (how: Omit<MappingEntry, 'field'>): Omit<MappingEntry, 'field'> => {
    const all = { ...how.values, ...values }
    const { match: _former, ...rest } = how
    return {
      ...rest,
      ...(match === '' ? {} : { match }),
      ...(Object.keys(all).length === 0 ? {} : { values: all, other: how.other ?? (how.values === undefined ? 'keep' : 'refuse') }),
    }
  }
  const columns = draft.columns.map((entry): ColumnDraft => {
    if (entry.column !== column) return entry
    if (entry.field === field) return { ...entry, how: change(entry.how) }
    return { ...entry, others: entry.others.map((other) => (other.field === field ? { ...other, ...change(other) } : other)) }
  })
  return { ...draft, columns }
}

/** Required fields of the document that no column fills and that have no value by themselves. */
export function missingFields(meta: Meta, draft: Draft): string[] {
  const filled = new Set([...mappedFields(draft.columns), ...Object.keys(draft.manner.defaults ?? {})])
  const needed = meta.doctype.fields.filter((field) => field.reqd && hasColumn(field) && !field.default && !field.read_only && !field.fetch_from)
  return needed.filter((field) => !filled.has(field.fieldname) && field.fieldtype !== 'Select').map(fieldLabel)
}
