// Which fields of a form hold a condition that the builder can write, and about the documents of which DocType.
import { asText } from '@/api/resource'
import type { Doc } from '@/api/resource'
import type { DocField } from '@/metadata/doctype'

/** Options of a Code field (Frappe's languages) that an expression is written in. */
const LANGUAGES = new Set(['PythonExpression', 'JS'])
/** Fields that say what a rule, an agreement, a message or a webhook is about. */
const SUBJECTS = ['document_type', 'webhook_doctype']

/** The DocType whose documents the condition in `field` is about; empty when the field holds none, or nothing is chosen. */
export function conditionSubject(field: DocField, doc: Doc): string {
  if (field.fieldtype !== 'Code' || !LANGUAGES.has(field.options ?? '') || !field.fieldname.endsWith('condition')) return ''
  return SUBJECTS.map((name) => asText(doc[name])).find((name) => name !== '') ?? ''
}
