// The columns of a board: values of a field, how many records have each, and what a record's move means.
import { ApiError } from '@/api/errors'
import { updateDocument, asText, getDocument, listDocuments } from '@/api/resource'
import type { ApiFilter, Row, Value } from '@/api/resource'
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

export interface Board {
  /** What stands there at once. */
  columns: Column[]
  /** Also the offered values that no record has; where these are few, they are among the columns already. */
  all: Column[]
}

const MOST_COLUMNS = 30
/** Of a link to more records than these, those that nobody is in wait to be asked for. */
const MOST_AT_ONCE = 12

interface Offer {
  /** In order. */
  values: string[]
  /** Whether those that no record has stand there at once. */
  atOnce: boolean
}

/** Checks by which a record is taken out of use, with the value of those in use. */
const SWITCHES: readonly [string, 0 | 1][] = [['disabled', 0], ['enabled', 1]]

/** The link that divides the records of both alike, as the pipeline divides stages and opportunities. */
function divider(meta: Meta, target: Meta): DocField | undefined {
  const links = target.doctype.fields.filter(({ fieldtype }) => fieldtype === 'Link')
  return links.find((link) => meta.doctype.fields.some((own) => own.fieldname === link.fieldname && own.options === link.options))
}

const inUse = (target: Meta): ApiFilter[] =>
  SWITCHES.filter(([name]) => target.doctype.fields.some(({ fieldname, fieldtype }) => fieldname === name && fieldtype === 'Check')).map(([name, value]) => [name, '=', value])

/** The records in use that a link may lead to, in the order of their own DocType (stages of a sale). */
async function linkedValues(source: MetaSource, meta: Meta, name: string, criteria: Criteria): Promise<Offer> {
  const target = await source.load(name)
  const part = divider(meta, target)
  const within = criteria.filters?.filter(([field, operator]) => field === part?.fieldname && operator === '=') ?? []
  const query = { fields: ['name'], filters: [...inUse(target), ...within], order_by: defaultOrder(target.doctype), limit_page_length: MOST_COLUMNS }
  const values = (await listDocuments(name, query)).map((row) => asText(row['name']))
  return { values, atOnce: values.length <= MOST_AT_ONCE && (part === undefined || within.length > 0) }
}

/** The values that a field offers. */
async function offeredValues(source: MetaSource, meta: Meta, field: DocField, criteria: Criteria): Promise<Offer> {
  if (field.fieldname === meta.workflow?.state_field) return { values: [...new Set(meta.workflow.states.map(({ state }) => state))], atOnce: true }
  if (field.fieldtype === 'Select') return { values: parseOptions(field.options), atOnce: true }
  const none = { values: [], atOnce: true }
  // Whoever may not see the linked records gets the values in use.
  return field.fieldtype === 'Link' && field.options ? linkedValues(source, meta, field.options, criteria).catch(() => none) : none
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

export async function loadBoard(source: MetaSource, meta: Meta, field: DocField, sum: string, criteria: Criteria): Promise<Board> {
  const fields = [field.fieldname, 'count(name) as count', ...(sum === '' ? [] : [`sum(${sum}) as sum`])]
  const query = { ...criteria, fields, group_by: field.fieldname, order_by: 'count desc', limit_page_length: MOST_COLUMNS }
  const [offer, rows] = await Promise.all([offeredValues(source, meta, field, criteria), listDocuments(meta.doctype.name, query)])
  const all = columnsOf(offer.values, merged(rows, field.fieldname))
  return { columns: offer.atOnce ? all : all.filter(({ count }) => count > 0), all }
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
