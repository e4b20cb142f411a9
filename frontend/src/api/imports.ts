// Imports: what a file holds, what its values may mean, importing it as a job, taking an import back; saved mappings.
import { call } from './client'
import { asText, createDocument, deleteDocument, listDocuments } from './resource'
import type { Row } from './resource'

/** How a file is read; empty texts mean the usual. */
export interface FileOptions {
  encoding: string
  delimiter: string
  sheet: string
}

export interface FileColumn {
  column: string
  /** Field that is called exactly like the column. */
  field: string | null
  /** Field that is called nearly so. */
  guess: string | null
  reason: string | null
}

export interface FileContent {
  columns: FileColumn[]
  /** The first rows, as text. */
  rows: string[][]
}

export type Scalar = string | number | boolean | null

/** What a column fills, and how (docs/how-to/import.md). */
export interface MappingEntry {
  field: string
  values?: Record<string, Scalar>
  other?: 'refuse' | 'keep'
  match?: string
  multiply?: number
}

export interface Mapping {
  doctype?: string
  key?: string[]
  columns: Record<string, MappingEntry | MappingEntry[]>
  ignore?: string[]
  defaults?: Record<string, Scalar>
  date_format?: string
  datetime_format?: string
  time_format?: string
  decimal?: '.' | ','
  distinct?: boolean
  update_only?: boolean
}

export interface UnknownValue {
  value: string
  rows: number
  suggestion: string
}

export interface ClosedColumn {
  column: string
  field: string
  label: string
  fieldtype: 'Select' | 'Link'
  /** Choices of a Select, the DocType of a Link. */
  options: string[] | string
  match: string
  unknown: UnknownValue[]
  more: number
}

export interface BadCell {
  row: number
  column: string
  reason: string
}

export interface ImportReport {
  inserted: number
  updated: number
  unchanged: number
  refused: number
  data_import: string
  bad: BadCell[]
}

export interface UndoReport {
  removed: number
  restored: number
  kept_documents: number
  kept: { name: string; reason: string }[]
}

interface Source extends FileOptions {
  doctype: string
  file_url: string
}

export function readColumns(source: Source): Promise<FileContent> {
  return call<FileContent>('crm.transfer.columns', source)
}

export async function readValues(source: Source, mapping: Mapping): Promise<ClosedColumn[]> {
  return (await call<{ columns: ClosedColumn[] }>('crm.transfer.values', { ...source, mapping })).columns
}

/** Starts the import, or with `dryRun` its rehearsal; answers the job. */
export async function startImport(source: Source, mapping: Mapping, dryRun: boolean): Promise<string> {
  return (await call<{ job: string }>('crm.transfer.import', { ...source, mapping, dry_run: dryRun })).job
}

export async function startUndo(dataImport: string, dryRun: boolean): Promise<string> {
  return (await call<{ job: string }>('crm.transfer.undo', { data_import: dataImport, dry_run: dryRun })).job
}

/** The newest imports that the caller may see; of one DocType, or of all. */
export function listImports(doctype: string | undefined): Promise<Row[]> {
  return listDocuments('Data Import', {
    fields: ['name', 'owner', 'creation', 'reference_doctype', 'file_name', 'status', 'imported_rows', 'updated_rows', 'unchanged_rows', 'failed_rows'],
    filters: doctype === undefined ? [] : [['reference_doctype', '=', doctype]],
    order_by: 'creation desc',
    limit_page_length: 20,
  })
}

export interface SavedMapping {
  name: string
  label: string
  owner: string
  is_public: 0 | 1
  mapping: Mapping
}

const SAVED = 'Import Mapping'

export async function listMappings(doctype: string): Promise<SavedMapping[]> {
  const rows = await listDocuments(SAVED, {
    fields: ['name', 'label', 'owner', 'is_public', 'mapping'],
    filters: [['reference_doctype', '=', doctype]],
    order_by: 'label asc',
    limit_page_length: 100,
  })
  return rows.map((row) => ({ ...(row as unknown as SavedMapping), mapping: JSON.parse(asText(row['mapping'])) as Mapping }))
}

export async function saveMapping(doctype: string, label: string, isPublic: boolean, mapping: Mapping): Promise<void> {
  await createDocument(SAVED, { reference_doctype: doctype, label, is_public: isPublic ? 1 : 0, mapping: JSON.stringify(mapping) })
}

export function deleteMapping(name: string): Promise<void> {
  return deleteDocument(SAVED, name)
}
