// The DocType that a link leads to.
import { asText } from '@/api/resource'
import type { Row } from '@/api/resource'
import type { DocField } from '@/metadata/doctype'

/** A Dynamic Link names it in another field of the row. */
export function linkTarget(field: DocField, row: Row): string {
  return field.fieldtype === 'Link' ? (field.options ?? '') : asText(row[field.options ?? ''])
}
