// The nearest days with a record before and after those that a calendar shows.
import { asText, listDocuments } from '@/api/resource'
import type { ApiFilter } from '@/api/resource'

import type { Criteria } from '../list/list-state'
import { addDays } from './days'

export interface Nearest {
  /** Empty when there is none. */
  earlier: string
  later: string
}

export async function nearestDays(doctype: string, field: string, criteria: Criteria, days: readonly string[]): Promise<Nearest> {
  const first = async (bound: ApiFilter, order: 'asc' | 'desc'): Promise<string> => {
    const query = { ...criteria, fields: [field], filters: [...(criteria.filters ?? []), bound], order_by: `${field} ${order}`, limit_page_length: 1 }
    const [row] = await listDocuments(doctype, query)
    return asText(row?.[field]).slice(0, 10)
  }
  const [earlier, later] = await Promise.all([first([field, '<', days[0]], 'desc'), first([field, '>=', addDays(days.at(-1)!, 1)], 'asc')])
  return { earlier, later }
}
