// Functions over the values of a field, as lists and reports ask for them.
import type { DocField, Meta } from './doctype'
import { hasColumn, may } from './doctype'

const SUMMABLE: ReadonlySet<string> = new Set(['Int', 'Float', 'Currency', 'Duration'])
/** Functions of roll-ups whose results can be added. */
const ADDITIVE: ReadonlySet<unknown> = new Set(['sum', 'count'])
const GROUPABLE: ReadonlySet<string> = new Set(['Select', 'Link', 'Data', 'Check', 'Date', 'Int', 'Rating', 'Autocomplete', 'Color', 'Dynamic Link'])

export const functions = ['count', 'sum', 'avg', 'min', 'max'] as const
export type AggregateName = (typeof functions)[number]

export interface Aggregate {
  name: AggregateName
  /** Empty for a count of documents. */
  field: string
}

export function isSummable(field: DocField): boolean {
  return SUMMABLE.has(field.fieldtype) && !field.is_virtual
}

/** Whether the sum of a column says something without being asked for: amounts, times, and roll-ups that add up.
 * A score, a position, an index or the number of an hour is no quantity. */
export function addsUp(field: DocField): boolean {
  if (!isSummable(field)) return false
  if (field.fieldtype === 'Currency' || field.fieldtype === 'Duration') return true
  const { rollup } = field
  return typeof rollup === 'object' && rollup !== null && 'function' in rollup && ADDITIVE.has(rollup.function)
}

function open(meta: Meta): DocField[] {
  return meta.doctype.fields.filter((field) => hasColumn(field) && !field.hidden && meta.readable_levels.includes(field.permlevel ?? 0))
}

export const summableFields = (meta: Meta): DocField[] => open(meta).filter(isSummable)
export const groupableFields = (meta: Meta): DocField[] => open(meta).filter((field) => GROUPABLE.has(field.fieldtype))
export const dateFields = (meta: Meta): DocField[] => open(meta).filter((field) => field.fieldtype === 'Date' || field.fieldtype === 'Datetime')

/** How well a field makes columns of a board: the first rule that holds. */
const BOARD_RULES: readonly ((meta: Meta, field: DocField) => boolean)[] = [
  (meta, field) => isState(meta, field),
  (_meta, field) => field.fieldname === 'status' && field.fieldtype === 'Select',
  (_meta, field) => !field.read_only && Boolean(field.reqd) && Boolean(field.in_list_view || field.in_standard_filter),
  (_meta, field) => !field.read_only && field.fieldtype === 'Select',
  (_meta, field) => !field.read_only,
]

const isState = (meta: Meta, field: DocField): boolean => field.fieldname === meta.workflow?.state_field

/** Whether a record goes to another column when it is moved there: by the workflow, or as a change of the field. */
export const isMovable = (meta: Meta, field: DocField): boolean =>
  may(meta, 'write') && (isState(meta, field) || (!field.read_only && meta.writable_levels.includes(field.permlevel ?? 0)))

/** Fields whose values make columns of a board, the best one first; a numbering series says nothing about a record. */
export function boardFields(meta: Meta): DocField[] {
  const rank = (field: DocField): number => BOARD_RULES.findIndex((holds) => holds(meta, field)) + 1 || BOARD_RULES.length + 1
  const isChoice = (field: DocField): boolean => isState(meta, field) || field.fieldtype === 'Select' || field.fieldtype === 'Link'
  // The workflow's field is hidden in forms, where its state stands in the header.
  const state = meta.doctype.fields.filter((field) => isState(meta, field) && field.hidden)
  return [...state, ...open(meta)].filter((field) => isChoice(field) && field.fieldname !== 'naming_series').sort((one, other) => rank(one) - rank(other))
}

/** The field that holds the parent of a node (Frappe DocType.nsm_parent_field). */
export function treeParent(meta: Meta): string | null {
  if (!meta.doctype.is_tree) return null
  const usual = `parent_${meta.doctype.name.toLowerCase().replaceAll(' ', '_')}`
  const self = meta.doctype.fields.filter((field) => field.fieldtype === 'Link' && field.options === meta.doctype.name)
  return (self.find((field) => field.fieldname === usual) ?? self[0])?.fieldname ?? null
}

/** `sum:amount` and `count` of an address. */
export function readAggregate(text: string): Aggregate | null {
  const [name, field = ''] = text.split(':')
  const known = functions.find((one) => one === name)
  return known === undefined || (known !== 'count' && !/^\w+$/.test(field)) ? null : { name: known, field: known === 'count' ? '' : field }
}

export function writeAggregate({ name, field }: Aggregate): string {
  return field === '' ? name : `${name}:${field}`
}
