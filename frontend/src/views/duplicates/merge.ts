// Which value the kept document gets, field by field.
import type { Doc } from '@/api/resource'
import { asText } from '@/api/resource'
import { hasValue, TABLE_TYPES } from '@/metadata/doctype'
import type { DocField, Meta } from '@/metadata/doctype'
import { isSame } from '@/metadata/documents'

const nameOf = (doc: Doc): string => asText(doc['name'])

const isEmpty = (doc: Doc, field: DocField): boolean => isSame(doc[field.fieldname], Array.isArray(doc[field.fieldname]) ? [] : null)

/** Fields in which the documents differ and that a person sets. */
export function differingFields(meta: Meta, docs: readonly Doc[]): DocField[] {
  const open = meta.doctype.fields.filter((field) => hasValue(field) && !field.read_only && !field.is_virtual && !field.formula && !field.rollup && field.fieldtype !== 'Password')
  return open.filter((field) => docs.some((doc) => !isSame(doc[field.fieldname], docs[0]?.[field.fieldname])))
}

/** What is taken unless somebody chooses: the kept document's value, else the first there is; rows all together (empty). */
export function usualChoice(field: DocField, docs: readonly Doc[], keep: string): string {
  if (TABLE_TYPES.includes(field.fieldtype)) return ''
  const kept = docs.find((doc) => nameOf(doc) === keep)
  if (kept !== undefined && !isEmpty(kept, field)) return keep
  const other = docs.find((doc) => !isEmpty(doc, field))
  return other === undefined ? keep : nameOf(other)
}

/** The choices that the server is told: only those that differ from what it does by itself. */
export function choicesFor(fields: readonly DocField[], docs: readonly Doc[], keep: string, chosen: Readonly<Record<string, string>>): Record<string, string> {
  const said = fields.map(({ fieldname }, position) => [fieldname, chosen[fieldname] ?? usualChoice(fields[position]!, docs, keep)] as const)
  return Object.fromEntries(said.filter(([, name], position) => name !== usualChoice(fields[position]!, docs, keep)))
}
