// Whether a field is shown, required or locked right now.
import type { Doc, Row } from '@/api/resource'
import { ExpressionError, holds } from '@/shared/expressions'

import { mayWrite } from './doctype'
import type { DocField, Meta } from './doctype'

export interface FieldState {
  hidden: boolean
  required: boolean
  readOnly: boolean
  /** A collapsible section that starts open. */
  expanded: boolean
}

export interface Situation {
  isNew: boolean
  /** Present time of the site, for conditions that compare with today. */
  now: string
}

type Condition = (property: string) => boolean | null

/** Whether a compiled condition is met; null where there is none or where it cannot be answered. */
function answer(tree: unknown, doc: Row, parent: Row | null, now: string): boolean | null {
  if (tree === undefined || tree === null) return null
  try {
    return holds(tree, { doc, parent, now })
  } catch (error) {
    if (error instanceof ExpressionError) return null
    throw error
  }
}

/** Whether a pack's button is shown: a condition that cannot be answered hides it. */
export function conditionHolds(tree: unknown, doc: Row, now: string): boolean {
  return tree === null || tree === undefined || answer(tree, doc, null, now) === true
}

const isComputed = (field: DocField): boolean => Boolean(field.is_virtual) || Boolean(field.formula) || Boolean(field.rollup)

const isSubmitted = (field: DocField, doc: Doc): boolean => Number(doc['docstatus'] ?? 0) === 1 && !field.allow_on_submit

const isReadable = (meta: Meta, field: DocField): boolean => meta.readable_levels.includes(field.permlevel ?? 0)

const isWritable = (meta: Meta, field: DocField): boolean => meta.writable_levels.includes(field.permlevel ?? 0)

export function isLocked(meta: Meta, doc: Doc, isNew: boolean): boolean {
  if (isNew) return !meta.permissions.create
  return !mayWrite(meta) || Number(doc['docstatus'] ?? 0) === 2
}

function combine(meta: Meta, field: DocField, doc: Doc, condition: Condition): FieldState {
  const fixed = Boolean(field.read_only) || isComputed(field) || isSubmitted(field, doc) || !isWritable(meta, field)
  return {
    hidden: Boolean(field.hidden) || !isReadable(meta, field) || condition('depends_on') === false,
    required: Boolean(field.reqd) || condition('mandatory_depends_on') === true,
    readOnly: fixed || condition('read_only_depends_on') === true,
    expanded: condition('collapsible_depends_on') === true,
  }
}

/** The rule that names new documents is a choice once, and only where there are several. */
const isIdleSeries = (field: DocField, isNew: boolean): boolean =>
  field.fieldname === 'naming_series' && (!isNew || !(field.options ?? '').trim().includes('\n'))

export function fieldState(meta: Meta, field: DocField, doc: Doc, { isNew, now }: Situation): FieldState {
  const condition: Condition = (property) => answer(meta.expressions[`${field.fieldname}.${property}`], doc, null, now)
  const state = combine(meta, field, doc, condition)
  return {
    ...state,
    hidden: state.hidden || isIdleSeries(field, isNew),
    readOnly: state.readOnly || isLocked(meta, doc, isNew) || (Boolean(field.set_only_once) && !isNew),
  }
}

/** State of a field of a child row; conditions of child DocTypes are keyed `<child DocType>:<fieldname>.<property>`. */
export function rowFieldState(meta: Meta, table: DocField, field: DocField, row: Row, doc: Doc, now: string): FieldState {
  const condition: Condition = (property) => answer(meta.expressions[`${table.options}:${field.fieldname}.${property}`], row, doc, now)
  return combine(meta, field, doc, condition)
}
