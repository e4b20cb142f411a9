// What a list shows, kept in the address: search text, filters, order, columns, and the view with its settings.
import type { LocationQuery, LocationQueryRaw } from 'vue-router'

import type { ApiFilter, ListQuery } from '@/api/resource'
import type { ListModel } from '@/metadata/columns'
import type { DocType } from '@/metadata/doctype'
import { filtersFromText, filtersToText, toApiFilter } from '@/metadata/filters'
import type { Filter } from '@/metadata/filters'

export interface ListState {
  search: string
  filters: Filter[]
  /** `fieldname asc` or `fieldname desc`; empty means the order of the DocType. */
  order: string
  /** Chosen columns, in order; none: those of the definition. */
  columns: string[]
  /** Widths that somebody gave to columns, in pixels. */
  widths: Record<string, number>
  /** Field whose values are counted above the list; empty for none. */
  group: string
  /** How the records are shown. */
  view: ViewKind
  /** Settings of that view: fields and choices by key. */
  options: Partial<Record<OptionKey, string>>
}

const viewKinds = ['list', 'kanban', 'calendar', 'tree', 'report'] as const
export type ViewKind = (typeof viewKinds)[number]

/** `by`: field of the columns or days; `sum`: summed up field; `mode` and `at`: span and day of a calendar; the rest shapes a report. */
const optionKeys = ['by', 'sum', 'mode', 'at', 'rows', 'across', 'values', 'chart'] as const
export type OptionKey = (typeof optionKeys)[number]

export const PAGE_LENGTH = 50
export const COUNT_LIMIT = 1000

const single = (value: LocationQuery[string] | undefined): string => (Array.isArray(value) ? value[0] : value) ?? ''

export function readListState(query: LocationQuery): ListState {
  const columns = single(query['columns']).split(',').filter((entry) => /^\w+(:\d{2,3})?$/.test(entry)).map((entry) => entry.split(':'))
  const options = optionKeys.map((key) => [key, single(query[key])] as const).filter(([, value]) => value !== '')
  return {
    search: single(query['q']),
    filters: filtersFromText(single(query['filters'])),
    order: /^\w+ (asc|desc)$/.test(single(query['sort'])) ? single(query['sort']) : '',
    columns: columns.map(([name]) => name!),
    widths: Object.fromEntries(columns.filter(([, width]) => width !== undefined).map(([name, width]) => [name!, Number(width)])),
    group: /^\w+$/.test(single(query['group'])) ? single(query['group']) : '',
    view: viewKinds.find((kind) => kind === single(query['view'])) ?? 'list',
    options: Object.fromEntries(options),
  }
}

export function writeListState(state: ListState): LocationQueryRaw {
  const query: LocationQueryRaw = {}
  const filters = filtersToText(state.filters)
  if (state.search !== '') query['q'] = state.search
  if (filters !== null) query['filters'] = filters
  if (state.order !== '') query['sort'] = state.order
  if (state.columns.length > 0) query['columns'] = state.columns.map((name) => (name in state.widths ? `${name}:${state.widths[name]}` : name)).join(',')
  if (state.group !== '') query['group'] = state.group
  if (state.view !== 'list') query['view'] = state.view
  for (const [key, value] of Object.entries(state.options)) if (value !== '') query[key] = value
  return query
}

/** Ascending, then descending, then the DocType's own order again. */
export function nextOrder(order: string, fieldname: string): string {
  if (order === `${fieldname} asc`) return `${fieldname} desc`
  return order === `${fieldname} desc` ? '' : `${fieldname} asc`
}

export function defaultOrder(doctype: DocType): string {
  const field = doctype.sort_field || 'modified'
  return `${field} ${(doctype.sort_order || 'desc').toLowerCase() === 'asc' ? 'asc' : 'desc'}`
}

function searchFilters(doctype: DocType, model: ListModel, text: string): ApiFilter[] {
  const stated = (doctype.search_fields ?? '').split(',').map((name) => name.trim())
  const known = new Set(doctype.fields.map((field) => field.fieldname))
  const names = new Set(['name', model.title?.fieldname, ...stated.filter((name) => known.has(name))])
  return [...names].filter((name) => name !== undefined).map((name) => [name, 'like', `%${text}%`])
}

export type Criteria = Pick<ListQuery, 'filters' | 'or_filters'>

export function listCriteria(doctype: DocType, model: ListModel, state: ListState): Criteria {
  const criteria: Criteria = {}
  if (state.filters.length > 0) criteria.filters = state.filters.map(toApiFilter)
  if (state.search !== '') criteria.or_filters = searchFilters(doctype, model, state.search)
  return criteria
}

/** The request for a page; the cursor of the answer leads on to the next. */
export function listQuery(doctype: DocType, model: ListModel, state: ListState): ListQuery {
  return {
    fields: model.fetch,
    ...listCriteria(doctype, model, state),
    order_by: state.order || defaultOrder(doctype),
    limit_page_length: PAGE_LENGTH,
  }
}
