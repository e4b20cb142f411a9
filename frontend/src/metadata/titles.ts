// What a record is called.
import { asText } from '@/api/resource'
import type { Row } from '@/api/resource'
import { plainText } from '@/shared/text'

import type { DocField, Meta } from './doctype'

const MARKED_UP: ReadonlySet<string> = new Set(['Text Editor', 'HTML Editor'])

/** The value of its title field, as plain text where that has mark-up (Frappe ToDo.description), or its name. */
export function recordTitle(title: DocField | null | undefined, row: Row): string {
  const value = title ? asText(row[title.fieldname]) : ''
  return (title && MARKED_UP.has(title.fieldtype) ? plainText(value) : value) || asText(row['name'])
}

export const titleField = (meta: Meta): DocField | null => meta.doctype.fields.find(({ fieldname }) => fieldname === meta.title_field) ?? null
