// Conditions that stand as JSON in a record (filters_json), as the filters that people edit; others are kept as text.
import { asText } from '@/api/resource'
import type { Value } from '@/api/resource'
import { toApiFilter } from '@/metadata/filters'
import type { Operator } from '@/metadata/filters'

import type { AskedFilter } from '../reports/report-draft'

/** Null for conditions that say more than rows "field, operator, value". */
export function readFilters(text: string): AskedFilter[] | null {
  try {
    const found: unknown = JSON.parse(text || '[]') ?? []
    if (!Array.isArray(found)) return Object.keys(found as object).length === 0 ? [] : null
    const rows = found.map((row: unknown) => (Array.isArray(row) && row.length === 4 ? (row.slice(1) as unknown[]) : row))
    if (!rows.every((row) => Array.isArray(row) && row.length === 3)) return null
    return (rows as [string, Operator, unknown][]).map(([field, operator, value]) => ({ field, operator, value: Array.isArray(value) ? value.join(',') : asText(value as Value), asked: false }))
  } catch {
    return null
  }
}

export const writeFilters = (filters: readonly AskedFilter[]): string => JSON.stringify(filters.map(toApiFilter))
