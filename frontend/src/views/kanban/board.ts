// The columns of a board: values of a field, how many records have each, and what a record's move means.
import { updateDocument, asText, getDocument, listDocuments } from '@/api/resource'
import type { Row, Value } from '@/api/resource'
import { applyWorkflow, getActions } from '@/api/workflow'
import { parseOptions } from '@/fields/select/options'
import type { DocField, Meta } from '@/metadata/doctype'
import { t } from '@/shared/i18n'

import type { Criteria } from '../list/list-state'

export interface Column {
  /** Value of the field; empty for records that have none. */
  value: string
  count: number
  sum: number
}

const MOST_COLUMNS = 30

/** The values that a field offers by its definition, in order; none for a link, whose values are those in use. */
export function offeredValues(meta: Meta, field: DocField): string[] {
  if (field.fieldname === meta.workflow?.state_field) return [...new Set(meta.workflow.states.map(({ state }) => state))]
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

export async function loadColumns(meta: Meta, field: DocField, sum: string, criteria: Criteria): Promise<Column[]> {
  const fields = [field.fieldname, 'count(name) as count', ...(sum === '' ? [] : [`sum(${sum}) as sum`])]
  const query = { ...criteria, fields, group_by: field.fieldname, order_by: 'count desc', limit_page_length: MOST_COLUMNS }
  return columnsOf(offeredValues(meta, field), merged(await listDocuments(meta.doctype.name, query), field.fieldname))
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
 * @throws Error or ApiError with the reason when it is refused
 */
export async function moveCard(meta: Meta, field: DocField, card: Row, target: string): Promise<Row> {
  const [doctype, name] = [meta.doctype.name, asText(card['name'])]
  if (field.fieldname !== meta.workflow?.state_field) {
    const value: Value = target === '' ? null : target
    return updateDocument(doctype, name, { [field.fieldname]: value, modified: card['modified'] })
  }
  const way = await wayTo(meta, name, target)
  if ('reason' in way) throw new Error(way.reason)
  return applyWorkflow({ ...(await getDocument(doctype, name)), doctype }, way.action)
}
