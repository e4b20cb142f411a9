// The columns of a board: values of a field, how many records have each, and what a record's move means.
import { ApiError } from '@/api/errors'
import { updateDocument, asText, getDocument, listDocuments } from '@/api/resource'
import type { Row, Value } from '@/api/resource'
import { applyWorkflow, getActions } from '@/api/workflow'
import { parseOptions } from '@/fields/select/options'
import type { DocField, Meta } from '@/metadata/doctype'
import type { MetaSource } from '@/metadata/source'
import { t } from '@/shared/i18n'

import { defaultOrder } from '../list/list-state'
import type { Criteria } from '../list/list-state'

export interface Column {
  /** Value of the field; empty for records that have none. */
  value: string
  count: number
  sum: number
}

const MOST_COLUMNS = 30
/** Of a link to more records than these, only those in use become columns. */
const MOST_OFFERED = 12

/** The records that a link may lead to, in the order of their own DocType (stages of a sale); none when there are many. */
async function linkedValues(source: MetaSource, target: string): Promise<string[]> {
  const read = async (): Promise<Row[]> => {
    const { doctype } = await source.load(target)
    return listDocuments(target, { fields: ['name'], order_by: defaultOrder(doctype), limit_page_length: MOST_OFFERED + 1 })
  }
  // Whoever may not see them gets the values in use.
  const rows = await read().catch(() => [])
  return rows.length > MOST_OFFERED ? [] : rows.map(({ name }) => asText(name))
}

/** The values that a field offers, in order. */
async function offeredValues(source: MetaSource, meta: Meta, field: DocField): Promise<string[]> {
  if (field.fieldname === meta.workflow?.state_field) return [...new Set(meta.workflow.states.map(({ state }) => state))]
  if (field.fieldtype === 'Link' && field.options) return linkedValues(source, field.options)
  return field.fieldtype === 'Select' ? parseOptions(field.options) : []
}

/** Offered values in their order, then values in use that are not offered (any more); nothing stands first. */
export function columnsOf(offered: readonly string[], used: readonly Column[]): Column[] {
  const byValue = new Map(used.map((column) => [column.value, column]))
  const known = offered.map((value) => byValue.get(value) ?? { value, count: 0, sum: 0 })
  const others = used.filter(({ value }) => value !== '' && !offered.includes(value))
  const empty = byValue.get('')
  return [...(empty === undefined ? [] : [empty]), ...known, ...others]
}

function merged(rows: readonly Row[], by: string): Column[] {
  const found = new Map<string, Column>()
  for (const row of rows) {
    // No value at all and an empty text are the same to people.
    const value = asText(row[by])
    const before = found.get(value) ?? { value, count: 0, sum: 0 }
    found.set(value, { value, count: before.count + Number(row['count']), sum: before.sum + Number(row['sum'] ?? 0) })
  }
  return [...found.values()]
}

export async function loadColumns(source: MetaSource, meta: Meta, field: DocField, sum: string, criteria: Criteria): Promise<Column[]> {
  const fields = [field.fieldname, 'count(name) as count', ...(sum === '' ? [] : [`sum(${sum}) as sum`])]
  const query = { ...criteria, fields, group_by: field.fieldname, order_by: 'count desc', limit_page_length: MOST_COLUMNS }
  const [offered, used] = await Promise.all([offeredValues(source, meta, field), listDocuments(meta.doctype.name, query)])
  return columnsOf(offered, merged(used, field.fieldname))
}

/** Why a workflow has no way to a state, or the action that leads there. */
async function wayTo(meta: Meta, name: string, target: string): Promise<{ action: string } | { reason: string }> {
  const actions = (await getActions(meta.doctype.name, name)).filter((action) => action.next_state === target)
  const open = actions.find((action) => action.is_open)
  if (open !== undefined) return { action: open.action }
  return { reason: actions[0]?.reason || t('No action leads from here to this state.') }
}

/**
 * Moves a record to another column: a change of the field, or the workflow's action that leads there.
 * @throws ApiError with the reason when it is refused
 */
export async function moveCard(meta: Meta, field: DocField, card: Row, target: string): Promise<Row> {
  const [doctype, name] = [meta.doctype.name, asText(card['name'])]
  if (field.fieldname !== meta.workflow?.state_field) {
    const value: Value = target === '' ? null : target
    return updateDocument(doctype, name, { [field.fieldname]: value, modified: card['modified'] })
  }
  const way = await wayTo(meta, name, target)
  if ('reason' in way) throw new ApiError(417, 'WorkflowTransitionError', way.reason)
  return applyWorkflow({ ...(await getDocument(doctype, name)), doctype }, way.action)
}
