// Documents over REST.
import { call, read, request } from './client'

export type Value = string | number | boolean | null | Row[] | undefined
export type Row = { [fieldname: string]: Value }
export type Doc = Row

/** Text of a value that stands in one cell; empty for rows and for nothing. */
export function asText(value: Value): string {
  return value === null || value === undefined || Array.isArray(value) ? '' : String(value)
}

/** `[fieldname, operator, value]` as the list API takes it. */
export type ApiFilter = [string, string, unknown]

export interface ListQuery {
  fields: readonly string[]
  filters?: readonly ApiFilter[]
  or_filters?: readonly ApiFilter[]
  order_by?: string
  group_by?: string
  limit_start?: number
  limit_page_length?: number
}

const path = (doctype: string, name?: string): string =>
  `/api/resource/${encodeURIComponent(doctype)}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`

export async function listDocuments(doctype: string, query: ListQuery, signal?: AbortSignal): Promise<Row[]> {
  return (await request<{ data: Row[] }>(path(doctype), { query: { ...query }, signal })).data
}

export interface Page {
  rows: Row[]
  /** Cursor of the next page; null at the end. */
  next: string | null
}

/** A page by keyset: at any depth at the same price. `cursor` is "*" for the first one. */
export async function pageDocuments(doctype: string, query: ListQuery, cursor: string, signal?: AbortSignal): Promise<Page> {
  const answer = await request<{ data: Row[]; next_cursor: string | null }>(path(doctype), { query: { ...query, cursor }, signal })
  return { rows: answer.data, next: answer.next_cursor ?? null }
}

export interface CountQuery {
  filters?: readonly ApiFilter[]
  or_filters?: readonly ApiFilter[]
  limit?: number
}

export function countDocuments(doctype: string, query: CountQuery, signal?: AbortSignal): Promise<number> {
  return read<number>('frappe.client.get_count', { doctype, ...query }, signal)
}

export async function getDocument(doctype: string, name: string): Promise<Doc> {
  return (await request<{ data: Doc }>(path(doctype, name))).data
}

export async function createDocument(doctype: string, body: Doc): Promise<Doc> {
  return (await request<{ data: Doc }>(path(doctype), { method: 'POST', body })).data
}

/** Merges the sent fields; `modified` among them makes the server refuse a stale edit. */
export async function updateDocument(doctype: string, name: string, body: Doc): Promise<Doc> {
  return (await request<{ data: Doc }>(path(doctype, name), { method: 'PUT', body })).data
}

export async function deleteDocument(doctype: string, name: string): Promise<void> {
  await request(path(doctype, name), { method: 'DELETE' })
}

export async function runDocumentMethod(doctype: string, name: string, method: string): Promise<Doc> {
  const query = { run_method: method }
  return (await request<{ data: Doc }>(path(doctype, name), { method: 'POST', query, body: {} })).data
}

/** Values of another document, null where it has none or cannot be read. */
export async function fetchValues(doctype: string, name: string, fields: readonly string[]): Promise<Row> {
  return (await read<Row | null>('frappe.client.get_value', { doctype, fieldname: fields, filters: name })) ?? {}
}

export function renameDocument(doctype: string, oldName: string, newName: string): Promise<string> {
  return call<string>('frappe.client.rename_doc', { doctype, old_name: oldName, new_name: newName })
}

export interface GroupCount {
  value: Value
  count: number
  /** Sum of the field that was asked for. */
  sum?: number
}

/** The most frequent values of a field among the matching documents, with the sum of another one. */
export async function countGroups(doctype: string, field: string, query: CountQuery, limit: number, summed?: string): Promise<GroupCount[]> {
  const fields = [field, 'count(name) as count', ...(summed === undefined ? [] : [`sum(${summed}) as sum`])]
  const rows = await listDocuments(doctype, { ...query, fields, group_by: field, order_by: 'count desc', limit_page_length: limit })
  return rows.map((row) => ({ value: row[field], count: Number(row['count']), ...(summed !== undefined && { sum: Number(row['sum'] ?? 0) }) }))
}

export function exportAddress(doctype: string, kind: 'CSV' | 'Excel', query: Omit<ListQuery, 'limit_start' | 'limit_page_length'>): string {
  const parameters = new URLSearchParams({ doctype, file_format_type: kind })
  for (const [key, value] of Object.entries(query)) if (value !== undefined) parameters.set(key, typeof value === 'string' ? value : JSON.stringify(value))
  return `/api/method/frappe.desk.reportview.export_query?${parameters.toString()}`
}
