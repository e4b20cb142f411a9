// Which fields a new document needs at least, and whether a small dialog can ask for them.
import { hasColumn, hasValue } from '@/metadata/doctype'
import type { DocField, Meta } from '@/metadata/doctype'

/** Kinds whose controls need a whole form around them. */
const NEEDS_FORM = new Set(['Table', 'Table MultiSelect', 'Attach', 'Attach Image', 'Button', 'Signature'])

const isAsked = (field: DocField): boolean => Boolean(field.reqd || field.allow_in_quick_entry || field.bold)

/** Frappe's "Allow in Quick Entry" and whatever is required without a default. */
export function quickFields(meta: Meta): DocField[] {
  const asked = meta.doctype.fields.filter((field) => hasColumn(field) && !NEEDS_FORM.has(field.fieldtype) && isAsked(field))
  return asked.filter((field) => !field.hidden && !field.read_only && !field.formula && field.fieldname !== 'naming_series')
}

/** A required field that the dialog cannot ask for leads to the whole form. */
export function fitsQuickEntry(meta: Meta): boolean {
  const shown = new Set(quickFields(meta))
  const needed = meta.doctype.fields.filter((field) => hasValue(field) && field.reqd && !field.default && !field.hidden && !field.read_only)
  return shown.size > 0 && needed.every((field) => shown.has(field) || field.fieldtype === 'Select')
}
