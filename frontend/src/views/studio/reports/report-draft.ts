// A report as it is designed: columns or groupings with values, filters, order and layout, and as Report record.
import type { Row } from '@/api/resource'
import { asText } from '@/api/resource'
import type { Aggregate } from '@/metadata/aggregates'
import { toApiFilter } from '@/metadata/filters'
import type { Filter } from '@/metadata/filters'

/** A condition; with `asked` the reader of the report gives its value, and `value` is what is filled in at first. */
export interface AskedFilter extends Filter {
  asked: boolean
}

export interface ReportDraft {
  /** Fields of plain rows: "amount", "customer.territory", "items.qty". */
  columns: string[]
  /** With groupings or values there are groups in place of rows. */
  groups: string[]
  /** A grouping whose values go across; empty for none. */
  across: string
  /** Groupings after it, as a grid has them for the words in its places. */
  further: string[]
  values: Aggregate[]
  filters: AskedFilter[]
  /** "amount desc"; empty for none. */
  order: string
  limit: number
  chart: string
}

/** What a path looks up: its field's type and label are needed for what the reader is asked. */
export type Describe = (path: string) => { fieldtype: string; label: string; options: string | null } | undefined

export const newDraft = (): ReportDraft => ({ columns: [], groups: [], across: '', further: [], values: [], filters: [], order: '', limit: 0, chart: '' })

export const isGrouped = (draft: ReportDraft): boolean => draft.groups.length > 0 || draft.values.length > 0 || draft.across !== ''

/** The name under which a reader gives the value of a filter. */
const parameterOf = (filter: AskedFilter, at: number): string => `${filter.field.replaceAll('.', '_')}_${at + 1}`

/** A grid in colour needs values that go across. */
export const chartOf = ({ chart, across }: ReportDraft): string => (chart === 'heatmap' && across === '' ? '' : chart)

const isChild = (path: string, tables: ReadonlySet<string>): boolean => tables.has(path.split('.')[0] ?? '')

/** A document stands once per row of its table: it is counted once by counting different names. */
function aggregate({ name, field }: Aggregate, joined: boolean): Record<string, unknown> {
  return field === '' ? { function: name, ...(joined && { distinct: true }) } : { function: name, field }
}

/** The query of the Report (Report.json); `tables` are the table fields of the DocType. */
export function queryOf(draft: ReportDraft, tables: ReadonlySet<string>): Record<string, unknown> {
  const groups = [...draft.groups, ...(draft.across === '' ? [] : [draft.across, ...draft.further])]
  const joined = groups.some((path) => isChild(path, tables)) || draft.values.some(({ field }) => isChild(field, tables))
  const values = draft.values.length > 0 ? draft.values : [{ name: 'count', field: '' } as const]
  const filters = draft.filters.map((filter, at) => (filter.asked ? [filter.field, filter.operator, { parameter: parameterOf(filter, at) }] : toApiFilter(filter)))
  const chart = chartOf(draft)
  const view = { ...(chart !== '' && { chart }), ...(draft.across !== '' && { rows: draft.groups.length }) }
  return {
    ...(isGrouped(draft) ? { group_by: groups, aggregates: values.map((value) => aggregate(value, joined)) } : { columns: draft.columns.length > 0 ? draft.columns : ['name'] }),
    ...(filters.length > 0 && { filters }),
    ...(draft.order !== '' && { order_by: draft.order }),
    ...(draft.limit > 0 && { limit: draft.limit }),
    view,
  }
}

/** What the reader of the report is asked (Report.filters). */
export function askedOf(draft: ReportDraft, describe: Describe): Row[] {
  return draft.filters.flatMap((filter, at) => {
    if (!filter.asked) return []
    const found = describe(filter.field)
    const kinds = ['Check', 'Currency', 'Date', 'Datetime', 'Float', 'Int', 'Link', 'Select', 'Time']
    const fieldtype = found !== undefined && kinds.includes(found.fieldtype) ? found.fieldtype : 'Data'
    return [{ fieldname: parameterOf(filter, at), label: found?.label ?? filter.field, fieldtype, options: found?.options ?? '', default: filter.value, wildcard_filter: filter.operator.endsWith('like') ? 1 : 0 }]
  })
}

type Json = Record<string, unknown>

function parse(text: string): Json | null {
  try {
    const found: unknown = JSON.parse(text || '{}')
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Json) : null
  } catch {
    return null
  }
}

const KNOWN = new Set(['doctype', 'columns', 'fields', 'group_by', 'aggregates', 'filters', 'order_by', 'limit', 'view', 'pivot'])
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const texts = (value: unknown): string[] | null => (list(value).every((one) => typeof one === 'string') ? (list(value) as string[]) : null)

function readFilter(entry: unknown, asked: readonly Row[]): AskedFilter | null {
  if (!Array.isArray(entry) || entry.length !== 3 || typeof entry[0] !== 'string' || typeof entry[1] !== 'string') return null
  const [field, operator, value] = entry as [string, AskedFilter['operator'], unknown]
  if (typeof value === 'object' && value !== null && 'parameter' in value) {
    const row = asked.find((one) => one['fieldname'] === value.parameter)
    return { field, operator, value: asText(row?.['default']), asked: true }
  }
  return { field, operator, value: list(value).length > 0 ? list(value).join(',') : asText(value as string), asked: false }
}

function readValue(entry: unknown): Aggregate | null {
  if (typeof entry !== 'object' || entry === null) return null
  const { function: name, field = '' } = entry as { function?: Aggregate['name']; field?: string }
  if (name === undefined) return null
  return { name, field: name === 'count' && field === 'name' ? '' : field }
}

/** The record as a draft; null for a query that says more than the designer knows. */
export function readDraft(record: Row): ReportDraft | null {
  const query = parse(asText(record[record['report_type'] === 'Query Report' ? 'query' : 'json']))
  if (query === null || Object.keys(query).some((key) => !KNOWN.has(key))) return null
  const groups = texts(typeof query['group_by'] === 'string' ? [query['group_by']] : query['group_by'])
  const columns = texts(query['columns'] ?? query['fields'])
  const filters = list(query['filters']).map((entry) => readFilter(entry, Array.isArray(record['filters']) ? record['filters'] : []))
  const values = list(query['aggregates']).map(readValue)
  if (groups === null || columns === null || filters.includes(null) || values.includes(null)) return null
  const view = (query['view'] ?? {}) as { chart?: string; rows?: number }
  const depth = view.rows ?? groups.length
  return {
    columns: groups.length > 0 || values.length > 0 ? [] : columns,
    groups: groups.slice(0, depth),
    across: groups[depth] ?? '',
    further: groups.slice(depth + 1),
    values: values as Aggregate[],
    filters: filters as AskedFilter[],
    order: asText(query['order_by'] as string),
    limit: Number(query['limit'] ?? 0),
    chart: view.chart ?? '',
  }
}
