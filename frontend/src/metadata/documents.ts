// Documents in the browser: a new one with its defaults, a copy, and what changed since it was read.
import type { Doc, Row, Value } from '@/api/resource'
import { nowIn } from '@/shared/dates'

import type { DocField, DocType, Meta } from './doctype'
import { hasValue, TABLE_TYPES } from './doctype'

export interface Author {
  user: string
  time_zone: string
}

const NUMBERS = new Set(['Int', 'Float', 'Currency', 'Percent', 'Check', 'Rating', 'Duration'])

/** Default of a field; words such as Today are meant, not said. Expressions are left to the server. */
export function defaultValue(field: DocField, author: Author): Value {
  const text = field.default ?? ''
  if (field.fieldtype === 'Table' || field.fieldtype === 'Table MultiSelect') return []
  if (field.fieldtype === 'Check') return Number(text) === 1 ? 1 : 0
  if (text === '') return field.fieldtype === 'Select' && field.reqd ? (field.options?.split('\n')[0] ?? null) : null
  const word = text.toLowerCase()
  if (text === '__user' || (word === 'user' && field.fieldtype === 'Link' && field.options === 'User')) return author.user
  const now = nowIn(author.time_zone)
  const [today, clock] = [now.slice(0, 10), now.slice(11)]
  const words: Record<string, Record<string, string>> = { Date: { today, now: today }, Datetime: { today, now }, Time: { now: clock } }
  const meant = words[field.fieldtype]?.[word]
  if (meant !== undefined) return meant
  if (text.startsWith('eval:') || text.startsWith(':')) return null
  return NUMBERS.has(field.fieldtype) ? Number(text) : text
}

/** What the server alone sets: it would refuse it from anybody else. */
const isOfServer = (field: DocField): boolean => Boolean(field.read_only) && !field.fetch_from && !field.formula && !TABLE_TYPES.includes(field.fieldtype)

/** A default that is another one a moment later, or for somebody else. */
const isMoving = (field: DocField): boolean => /^(today|now|user|__user)$/i.test(field.default ?? '')

/** Moments and persons that nobody may enter are left to the server, whose clock counts. */
export function newRow(doctype: DocType, author: Author): Row {
  const fields = doctype.fields.filter((field) => hasValue(field) && !(isOfServer(field) && isMoving(field)))
  return Object.fromEntries(fields.map((field) => [field.fieldname, defaultValue(field, author)]))
}

const STANDARD = ['name', 'owner', 'creation', 'modified', 'modified_by', 'docstatus', 'idx', 'parent', 'parentfield', 'parenttype', 'amended_from']

/** What the server alone sets stays with the original. */
function copyRow(doctype: DocType, row: Row): Row {
  const kept = new Set(doctype.fields.filter((field) => hasValue(field) && !field.no_copy && !isOfServer(field)).map((field) => field.fieldname))
  return Object.fromEntries(Object.entries(row).filter(([key]) => kept.has(key) && !STANDARD.includes(key)))
}

/** A new document with the values of another one, except those marked "no copy". */
export function duplicate(meta: Meta, doc: Doc, author: Author): Doc {
  const copy: Doc = { ...newRow(meta.doctype, author), ...copyRow(meta.doctype, doc) }
  for (const field of meta.doctype.fields.filter((entry) => TABLE_TYPES.includes(entry.fieldtype))) {
    const child = meta.children[field.options ?? '']
    const rows = copy[field.fieldname]
    if (child !== undefined && Array.isArray(rows)) copy[field.fieldname] = rows.map((row) => copyRow(child, row))
  }
  return copy
}

const isEmpty = (value: Value): boolean => value === null || value === undefined || value === ''

/** Book-keeping of a child row, apart from the name that identifies it. */
const isBookkeeping = (key: string): boolean => key.startsWith('_') || (key !== 'name' && (key === 'doctype' || STANDARD.includes(key)))

function comparable(row: Row): string {
  const entries = Object.entries(row).filter(([key, cell]) => !isBookkeeping(key) && !isEmpty(cell))
  return JSON.stringify(entries.map(([key, cell]) => [key, Array.isArray(cell) ? '' : String(cell)]).sort())
}

const rowsOf = (value: Value): readonly Row[] | null => (Array.isArray(value) ? value : isEmpty(value) ? [] : null)

/** Rows that nobody touched are the same objects, so that a keystroke in one of a thousand compares one. */
function areSameRows(first: readonly Row[], second: readonly Row[]): boolean {
  return first.length === second.length && first.every((row, at) => row === second[at] || comparable(row) === comparable(second[at]!))
}

export function isSame(first: Value, second: Value): boolean {
  if (first === second) return true
  if (!Array.isArray(first) && !Array.isArray(second)) return (isEmpty(first) ? '' : String(first)) === (isEmpty(second) ? '' : String(second))
  const [one, other] = [rowsOf(first), rowsOf(second)]
  return one !== null && other !== null && areSameRows(one, other)
}

/** Fields whose value differs between two states of a document. */
export function changedFields(meta: Meta, before: Doc, after: Doc): DocField[] {
  return meta.doctype.fields.filter((field) => hasValue(field) && !isSame(before[field.fieldname], after[field.fieldname]))
}

/** Body of the request that stores a changed document: only what changed. */
export function changes(meta: Meta, before: Doc, after: Doc): Doc {
  const body: Doc = {}
  for (const { fieldname } of changedFields(meta, before, after)) body[fieldname] = after[fieldname] ?? null
  return body
}
