// Columns of a child grid.
import type { DocField, DocType } from '@/metadata/doctype'
import { hasValue, TABLE_TYPES } from '@/metadata/doctype'

const MAX_COLUMNS = 8

/** The columns marked for the list view, else the first few fields that fit a cell. */
export function gridColumns(child: DocType): DocField[] {
  const plain = child.fields.filter((field) => hasValue(field) && !TABLE_TYPES.includes(field.fieldtype) && !field.hidden)
  const marked = plain.filter((field) => field.in_list_view)
  return (marked.length > 0 ? marked : plain.slice(0, 5)).slice(0, MAX_COLUMNS)
}

/** Relative width of a column. */
export function columnWeight(field: DocField): number {
  if (field.columns) return field.columns
  return ['Check', 'Int', 'Rating', 'Percent'].includes(field.fieldtype) ? 1 : 2
}
