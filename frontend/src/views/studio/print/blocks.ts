// A print format as blocks, kept in Frappe's Print Format.format_data; `template.ts` writes the HTML that is printed.
import { TABLE_TYPES, hasColumn } from '@/metadata/doctype'
import type { DocField, Meta } from '@/metadata/doctype'
import { buildLayout } from '@/metadata/layout'

export type Block =
  | { kind: 'letterhead' }
  | { kind: 'title' }
  | { kind: 'heading'; text: string }
  /** `{fieldname}` in the text stands for the value of a field. */
  | { kind: 'text'; text: string }
  | { kind: 'fields'; columns: string[][]; keepsEmpty: boolean }
  | { kind: 'table'; table: string; columns: string[]; totals: string[] }
  | { kind: 'totals'; fields: string[] }
  /** A field with a picture, or the address of a file of the site. Width in millimetres. */
  | { kind: 'image'; field: string; address: string; width: number }
  | { kind: 'page break' }

export type BlockKind = Block['kind']

const VERSION = 1

/** Null for a format that was written by code, or in Frappe. */
export function readBlocks(data: string): Block[] | null {
  try {
    const found = JSON.parse(data) as { version?: unknown; blocks?: unknown } | null
    return found?.version === VERSION && Array.isArray(found.blocks) ? (found.blocks as Block[]) : null
  } catch {
    return null
  }
}

export const writeBlocks = (blocks: readonly Block[]): string => JSON.stringify({ version: VERSION, blocks })

export const NEW_BLOCKS: Record<BlockKind, () => Block> = {
  letterhead: () => ({ kind: 'letterhead' }),
  title: () => ({ kind: 'title' }),
  heading: () => ({ kind: 'heading', text: '' }),
  text: () => ({ kind: 'text', text: '' }),
  fields: () => ({ kind: 'fields', columns: [[]], keepsEmpty: false }),
  table: () => ({ kind: 'table', table: '', columns: [], totals: [] }),
  totals: () => ({ kind: 'totals', fields: [] }),
  image: () => ({ kind: 'image', field: '', address: '', width: 40 }),
  'page break': () => ({ kind: 'page break' }),
}

const NEVER = new Set(['Password', 'Button', 'HTML', 'Heading', 'Fold', 'Image', 'Barcode', 'Geolocation', 'Icon'])
const MOST_COLUMNS = 8

export const isPrinted = (field: DocField): boolean => hasColumn(field) && !field.hidden && !NEVER.has(field.fieldtype) && field.fieldname !== 'naming_series'

/** Columns of the form's grid, or the first ones where none is marked. */
export function rowColumns(meta: Meta, table: DocField): string[] {
  const columns = (meta.children[table.options ?? '']?.fields ?? []).filter(isPrinted)
  const marked = columns.filter((field) => field.in_list_view)
  return (marked.length > 0 ? marked : columns).slice(0, MOST_COLUMNS).map(({ fieldname }) => fieldname)
}

/** The generated standard format as blocks: sections and tables of the form. */
export function standardBlocks(meta: Meta): Block[] {
  const sections = buildLayout(meta.doctype.fields).flatMap((tab) => tab.sections)
  return [{ kind: 'letterhead' }, { kind: 'title' }, ...sections.flatMap((section) => sectionBlocks(meta, section.field?.label ?? '', section.columns.map((column) => column.fields)))]
}

function sectionBlocks(meta: Meta, label: string, columns: readonly (readonly DocField[])[]): Block[] {
  const fields = columns.map((column) => column.filter(isPrinted).map(({ fieldname }) => fieldname)).filter((column) => column.length > 0)
  const tables = columns.flat().filter((field) => TABLE_TYPES.includes(field.fieldtype) && !field.hidden)
  const blocks: Block[] = [
    ...(fields.length > 0 ? [{ kind: 'fields' as const, columns: fields, keepsEmpty: false }] : []),
    ...tables.map((table): Block => ({ kind: 'table', table: table.fieldname, columns: rowColumns(meta, table), totals: [] })),
  ]
  return blocks.length > 0 && label !== '' ? [{ kind: 'heading', text: label }, ...blocks] : blocks
}
