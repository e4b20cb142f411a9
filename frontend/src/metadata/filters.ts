// Filters of a list: as chips, in the address and in the request.
import type { ApiFilter } from '@/api/resource'

export const operators = ['=', '!=', 'like', 'not like', '>', '<', '>=', '<=', 'in', 'not in', 'between', 'is', 'timespan'] as const
export type Operator = (typeof operators)[number]

export interface Filter {
  field: string
  operator: Operator
  value: string
}

const isOperator = (text: unknown): text is Operator => operators.includes(text as Operator)

/** Text of the address for the filters; null when there are none. */
export function filtersToText(filters: readonly Filter[]): string | null {
  return filters.length === 0 ? null : JSON.stringify(filters.map(({ field, operator, value }) => [field, operator, value]))
}

/** Filters of an address; whatever is no filter is left out. */
export function filtersFromText(text: string | null | undefined): Filter[] {
  if (!text) return []
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list.map(readFilter).filter((filter) => filter !== null) : []
  } catch {
    return []
  }
}

/** A chip holds text: lists of an address become comma-separated. */
function asCell(value: unknown): string {
  if (Array.isArray(value)) return value.map(asCell).join(',')
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function readFilter(entry: unknown): Filter | null {
  if (!Array.isArray(entry) || entry.length !== 3) return null
  const [field, operator, value] = entry as unknown[]
  return typeof field === 'string' && isOperator(operator) ? { field, operator, value: asCell(value) } : null
}

const LISTS: readonly Operator[] = ['in', 'not in', 'between']

/** What the list API takes: lists for `in` and `between`, marks around a `like` text. */
export function toApiFilter({ field, operator, value }: Filter): ApiFilter {
  if (LISTS.includes(operator)) return [field, operator, value.split(',').map((part) => part.trim()).filter(Boolean)]
  if (operator.endsWith('like') && !value.includes('%')) return [field, operator, `%${value}%`]
  return [field, operator, value]
}
