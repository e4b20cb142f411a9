// The form under work as a person of a role would see it: levels, layout and conditions, without anything being stored.
import { asText } from '@/api/resource'
import type { Row, Value } from '@/api/resource'
import type { DocField, DocType, Meta } from '@/metadata/doctype'

/** Conditions that a form obeys. */
const CONDITIONS = ['depends_on', 'mandatory_depends_on', 'read_only_depends_on', 'collapsible_depends_on'] as const

export interface Condition {
  key: string
  text: string
}

export function conditionsOf(fields: readonly DocField[]): Condition[] {
  const texts = (field: DocField): Condition[] => CONDITIONS.map((name) => ({ key: `${field.fieldname}.${name}`, text: asText((field as unknown as Row)[name]) }))
  return fields.flatMap(texts).filter(({ text }) => text !== '')
}

const rowsOf = (rows: Value): Row[] => (Array.isArray(rows) ? rows : [])

/** The levels at which a role may do something; level 0 at least, as who may not open the form sees nothing. */
export function levelsOf(permissions: Value, role: string, right: 'read' | 'write'): number[] {
  const rows = rowsOf(permissions).filter((row) => role === '' || asText(row['role']) === role)
  return [...new Set([0, ...rows.filter((row) => Boolean(row[right])).map((row) => Number(row['permlevel'] ?? 0))])]
}

/** The fields in the order of a layout, the others hidden; one that must be filled in is shown all the same. */
export function laidOut(fields: readonly DocField[], layout: Value): DocField[] {
  const rows = rowsOf(layout)
  if (rows.length === 0) return [...fields]
  const named = rows.flatMap((row) => fields.filter(({ fieldname }) => fieldname === asText(row['fieldname'])).map((field) => ({ ...field, label: asText(row['label']) || field.label })))
  const isNamed = ({ fieldname }: DocField): boolean => named.some((field) => field.fieldname === fieldname)
  const isNeeded = (field: DocField): boolean => Boolean(field.reqd) && !field.default && !field.read_only
  return [...named, ...fields.filter((field) => !isNamed(field)).map((field) => (isNeeded(field) ? field : { ...field, hidden: 1 as const }))]
}

export interface Seen {
  properties: Row
  fields: readonly DocField[]
  role: string
  layout: Value
  children: Record<string, DocType>
  expressions: Record<string, unknown>
}

export function metaAsSeen({ properties, fields, role, layout, children, expressions }: Seen): Meta {
  return {
    doctype: { name: asText(properties['name']), fields: laidOut(fields, layout) },
    children,
    permissions: { read: 1, write: 1, create: 1 },
    readable_levels: levelsOf(properties['permissions'], role, 'read'),
    writable_levels: levelsOf(properties['permissions'], role, 'write'),
    expressions,
    workflow: null,
    title_field: null,
    print_formats: [],
  }
}
