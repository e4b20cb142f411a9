// What a person did in the form builder, as definitions of the site's layer: Custom Fields, Property Setters, own DocTypes.
import type { Definition, Draft, Key } from '@/api/plans'
import { asText } from '@/api/resource'
import type { Row, Value } from '@/api/resource'
import type { Studied } from '@/api/studio'

import { nameOf } from './outline'

/** A DocType as it is being shaped. */
export interface Shape {
  /** Properties of the DocType itself. */
  properties: Row
  fields: Row[]
  /** Names of the site's Property Setters that are to go. */
  reset: string[]
}

/** Says how a Property Setter writes a property (Frappe Property Setter.property_type). */
export type TypeOf = (of: 'DocType' | 'DocField', property: string) => string

const FULL_RIGHTS = ['read', 'write', 'create', 'delete', 'report', 'export', 'import', 'share', 'print', 'email'] as const

/** Keys of a row that say where it stands, not what it is. */
const PLACE = new Set(['name', 'doctype', 'parent', 'parenttype', 'parentfield', 'idx', 'owner', 'creation', 'modified', 'modified_by', 'docstatus', 'insert_after', 'dt'])

const plain = (value: Value): Value => (value === false || value === '' || value === undefined || value === null ? 0 : value === true ? 1 : value)

/** Nothing, 0 and an empty text are the same to a definition. */
export const isSame = (one: Value, other: Value): boolean => JSON.stringify(plain(one)) === JSON.stringify(plain(other))

/** What a row says, without what only says where it stands. */
export function properties(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([key, value]) => !PLACE.has(key) && !isSame(value, null)))
}

function changed(before: Row, after: Row): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].filter((key) => !PLACE.has(key) && !isSame(before[key], after[key]))
}

/** Whether the site may do with the whole DocType what it likes. */
export const isOwn = (studied: Studied): boolean => studied.own !== null

/** Whether it is only on the workbench so far. */
export const isNewDoctype = (studied: Studied): boolean => studied.layer === ''

/** A DocType that nobody has stored yet. */
export function newDoctype(name: string, module: string, more: Row): Studied {
  const rights = Object.fromEntries(FULL_RIGHTS.map((right) => [right, 1]))
  const permissions = more['istable'] ? [] : [{ role: 'System Manager', ...rights }]
  const own: Row = { doctype: 'DocType', name, module, custom: 1, autoname: 'hash', track_changes: 1, permissions, fields: [], ...more }
  return { doctype: own, labels: {}, layer: '', own, layers: {}, provenance: {}, custom_fields: [], setters: [], permissions: [], as_of: 0 }
}

export function startShape(studied: Studied): Shape {
  const body = studied.own ?? studied.doctype
  // The order of the rows is the order of the fields: it need not be said twice.
  const { fields, field_order: _, ...rest } = body
  const rows = Array.isArray(fields) ? fields : []
  return { properties: rest, fields: rows.map((row) => ({ ...row })), reset: [] }
}

/** The difference between what was studied and its new shape. */
export function draftOf(studied: Studied, shape: Shape, typeOf: TypeOf): Draft {
  return { ...(isOwn(studied) ? wholeDoctype(studied, shape) : records(studied, shape, typeOf)), as_of: studied.as_of }
}

function wholeDoctype(studied: Studied, shape: Shape): Draft {
  const start = startShape(studied)
  const isEqual = changed(start.properties, shape.properties).length === 0 && JSON.stringify(start.fields.map(properties)) === JSON.stringify(shape.fields.map(properties))
  const removed = shape.reset.map((name): Key => ['Property Setter', name])
  if (isEqual && !isNewDoctype(studied)) return { definitions: [], removed }
  const body = { ...shape.properties, doctype: 'DocType', fields: shape.fields.map((row) => ({ ...properties(row), fieldname: nameOf(row) })) }
  return { definitions: [body], removed }
}

function records(studied: Studied, shape: Shape, typeOf: TypeOf): Draft {
  const doctype = asText(studied.doctype['name'])
  const start = startShape(studied)
  const before = new Map(start.fields.map((row) => [nameOf(row), row]))
  const custom = new Map(studied.custom_fields.map((row) => [asText(row['fieldname']), asText(row['name'])]))
  const definitions: Definition[] = []
  const set = (of: 'DocType' | 'DocField', property: string, value: Value, fieldname = ''): void =>
    void definitions.push(setter(doctype, of, fieldname, property, value, typeOf(of, property), studied.setters))

  shape.fields.forEach((field, position) => {
    const name = nameOf(field)
    const old = before.get(name)
    const differs = old === undefined ? [] : changed(old, field)
    if (old === undefined || (custom.has(name) && differs.length > 0)) {
      const after = position === 0 ? '' : nameOf(shape.fields[position - 1]!)
      definitions.push(customField(doctype, field, after, custom.get(name)))
    } else for (const property of differs) set('DocField', property, field[property], name)
  })
  const about = changed(start.properties, shape.properties)
  for (const property of about) if (property !== 'permissions') set('DocType', property, shape.properties[property])
  if (needsOrder(studied, start.fields, shape.fields)) set('DocType', 'field_order', JSON.stringify(shape.fields.map(nameOf)))

  const present = new Set(shape.fields.map(nameOf))
  const gone = [...custom].filter(([fieldname]) => !present.has(fieldname)).map(([, name]): Key => ['Custom Field', name])
  const rights = about.includes('permissions') ? rightsOf(doctype, shape.properties['permissions']) : []
  const kept = new Set(rights.map((row) => asText(row['name'])))
  const replaced = about.includes('permissions') ? studied.permissions.filter((name) => !kept.has(name)).map((name): Key => ['Custom DocPerm', name]) : []
  return { definitions: [...definitions, ...rights], removed: [...gone, ...replaced, ...shape.reset.map((name): Key => ['Property Setter', name])] }
}

/** The site's rows replace the delivered ones as a whole: all of them are written. */
function rightsOf(doctype: string, rows: Value): Definition[] {
  const list = Array.isArray(rows) ? rows : []
  return list.map((row) => {
    const name = [doctype, asText(row['role']), Number(row['permlevel'] ?? 0), ...(row['if_team'] ? ['team'] : row['if_owner'] ? ['own'] : [])].join('-')
    return { ...properties(row), doctype: 'Custom DocPerm', name, parent: doctype, role: asText(row['role']) }
  })
}

/** New fields find their place by the field before them, unless an order is written down already. */
function needsOrder(studied: Studied, before: readonly Row[], after: readonly Row[]): boolean {
  const known = new Set(before.map(nameOf))
  return !stays(before, after) || ('field_order' in studied.provenance && after.some((row) => !known.has(nameOf(row))))
}

/** Whether the fields that both lists have stand in the same order. */
function stays(before: readonly Row[], after: readonly Row[]): boolean {
  const there = new Set(after.map(nameOf))
  const known = new Set(before.map(nameOf))
  const old = before.map(nameOf).filter((name) => there.has(name))
  const now = after.map(nameOf).filter((name) => known.has(name))
  return old.join('\n') === now.join('\n')
}

function customField(doctype: string, field: Row, after: string, known: string | undefined): Definition {
  const fieldname = nameOf(field)
  return { ...properties(field), doctype: 'Custom Field', name: known ?? `${doctype}-${fieldname}`, dt: doctype, fieldname, insert_after: after }
}

function setter(doctype: string, of: 'DocType' | 'DocField', fieldname: string, property: string, value: Value, type: string, known: readonly Row[]): Definition {
  const same = known.find((row) => asText(row['field_name']) === fieldname && asText(row['property']) === property)
  return {
    doctype: 'Property Setter',
    name: same === undefined ? `${doctype}-${fieldname || 'main'}-${property}` : asText(same['name']),
    doctype_or_field: of,
    doc_type: doctype,
    ...(fieldname === '' ? {} : { field_name: fieldname }),
    property,
    property_type: type,
    value: Array.isArray(value) ? JSON.stringify(value) : typeof value === 'boolean' ? String(Number(value)) : asText(value),
  }
}
