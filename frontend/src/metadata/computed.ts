// Computed fields while somebody types: formulas and roll-ups over own rows, in the server's order, with its results.
import { Decimal } from 'decimal.js'

import type { Doc, Row, Value } from '@/api/resource'

import { evaluateExact, ExpressionError } from '../shared/expressions/index'
import type { DocType, Fieldtype, Meta, Step } from './doctype'

const NUMBERS: ReadonlySet<Fieldtype> = new Set(['Int', 'Check', 'Float', 'Currency', 'Percent', 'Rating', 'Duration'])
const MONEY: ReadonlySet<Fieldtype> = new Set(['Currency', 'Percent'])
const PLACES = 6

const rounded = (value: Decimal, places: number): number => value.toDecimalPlaces(places, Decimal.ROUND_HALF_UP).toNumber()

function decimal(value: unknown): Decimal {
  if (typeof value === 'string') return new Decimal(Number(value.trim().replaceAll(',', '')))
  return Decimal.isDecimal(value) ? value : new Decimal(value === true ? 1 : 0)
}

/** A number as its field holds it; null where it is none. */
function numeric(value: unknown, { fieldtype, precision }: Step): number | null {
  const number = decimal(value)
  if (!number.isFinite()) return null
  if (fieldtype === 'Int' || fieldtype === 'Check') return number.trunc().toNumber()
  if (MONEY.has(fieldtype)) return rounded(number, Math.min(precision ?? PLACES, PLACES))
  return precision === null ? number.toNumber() : rounded(number, precision)
}

/** The value of a step as its field holds it. */
function held(value: unknown, step: Step): Value {
  if (value === null || value === '') return NUMBERS.has(step.fieldtype) && !step.starts_empty ? 0 : value
  if (NUMBERS.has(step.fieldtype)) return numeric(value, step)
  if (typeof value === 'boolean') return value ? '1' : '0'
  const text = Decimal.isDecimal(value) ? value.toFixed() : typeof value === 'string' ? value : ''
  return step.fieldtype === 'Date' ? text.slice(0, 10) : text
}

/** The row as the server sees it: a number that was not entered is 0. */
function filled(doctype: DocType | undefined, row: Row): Row {
  const result = { ...row }
  for (const { fieldname, fieldtype, rollup } of doctype?.fields ?? []) {
    if (NUMBERS.has(fieldtype) && !rollup && (result[fieldname] ?? '') === '') result[fieldname] = 0
  }
  return result
}

/** Besides: one that has no state yet is a draft. */
function filledDocument(meta: Meta, doc: Doc): Doc {
  const result: Doc = { docstatus: 0, ...filled(meta.doctype, doc) }
  for (const { fieldname, options } of meta.doctype.fields) {
    const rows = result[fieldname]
    if (Array.isArray(rows)) result[fieldname] = rows.map((row) => filled(meta.children[options ?? ''], row))
  }
  return result
}

/** The value of a step; what cannot be computed stays as it is, the server says what is wrong. */
function valueOf(step: Step, row: Row, parent: Doc | null, now: string): Value {
  try {
    return held(evaluateExact(step.tree, { doc: row, parent, now }), step)
  } catch (error) {
    if (error instanceof ExpressionError) return row[step.fieldname]
    throw error
  }
}

const changed = (row: Row, fieldname: string, value: Value): Row => (row[fieldname] === value ? row : { ...row, [fieldname]: value })

/** The document with every computed field worked out anew. */
export function computed(meta: Meta, doc: Doc, now: string): Doc {
  let result = doc
  const seen = filledDocument(meta, doc)
  for (const step of meta.computed ?? []) {
    const [rows, shown] = [seen[step.table], result[step.table]]
    if (step.table === '') {
      seen[step.fieldname] = valueOf(step, seen, null, now)
      result = changed(result, step.fieldname, seen[step.fieldname])
    } else if (Array.isArray(rows) && Array.isArray(shown)) {
      for (const row of rows) row[step.fieldname] = valueOf(step, row, seen, now)
      result = { ...result, [step.table]: shown.map((row, at) => changed(row, step.fieldname, rows[at]?.[step.fieldname])) }
    }
  }
  return result
}

function entered(doctype: DocType | undefined, row: Row): Row {
  const worked = new Set(doctype?.fields.filter((field) => field.formula || field.rollup).map((field) => field.fieldname))
  return Object.fromEntries(Object.entries(row).filter(([fieldname]) => !worked.has(fieldname)))
}

/** What is sent to the server: without the fields that it works out itself. */
export function withoutComputed(meta: Meta, doc: Doc): Doc {
  const sent: Doc = entered(meta.doctype, doc)
  for (const { fieldname, options } of meta.doctype.fields) {
    const rows = sent[fieldname]
    if (Array.isArray(rows)) sent[fieldname] = rows.map((row) => entered(meta.children[options ?? ''], row))
  }
  return sent
}
