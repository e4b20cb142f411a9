// The records from which a figure was gathered: the address of their list.
import { call } from '@/api/client'
import { asText, listDocuments } from '@/api/resource'
import type { ApiFilter } from '@/api/resource'
import { filtersToText } from '@/metadata/filters'
import type { Operator } from '@/metadata/filters'
import { listPath } from '@/shared/routes'

type Condition = [source: string, field: string, operator: Operator, value: unknown]

interface Behind {
  list: string
  filters: Condition[]
}

/** Documents that are named one by one, where their list cannot be asked for by a value of their rows. */
const MOST = 200

/** Where the records behind a field of a document are seen. */
export async function recordsAddress(doctype: string, name: string, fieldname: string): Promise<string> {
  const { list, filters } = await call<Behind>('crm.insight.records', { doctype, name, fieldname })
  const isOfRows = filters.some(([source]) => source !== list)
  const shown = isOfRows ? [await byName(list, filters)] : filters.map(([, field, operator, value]) => ({ field, operator, value: String(value) }))
  return `${listPath(list)}?filters=${encodeURIComponent(filtersToText(shown) ?? '')}`
}

async function byName(list: string, filters: Condition[]): Promise<{ field: string; operator: Operator; value: string }> {
  const query = { fields: ['name'], filters: filters as unknown as ApiFilter[], limit_page_length: MOST }
  const rows = await listDocuments(list, query)
  return { field: 'name', operator: 'in', value: rows.map((row) => asText(row['name'])).join(',') }
}
