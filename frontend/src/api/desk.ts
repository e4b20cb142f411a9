// Definitions as the browser needs them, link search, files, timeline and print addresses.
import { call, csrfToken, read, request } from './client'
import { asText, listDocuments } from './resource'
import type { Row } from './resource'

export interface Suggestion {
  value: string
  description: string
  /** What links show instead of the value. */
  label?: string
}

/** DocType → name → title. */
export type Titles = Record<string, Record<string, string>>

export function getTitles(wanted: Record<string, string[]>): Promise<Titles> {
  return call<Titles>('crm.desk.titles', { wanted })
}

export function getMeta<T>(doctype: string): Promise<T> {
  return read<T>('crm.desk.meta', { doctype })
}

/** What may be done with one document at this moment. */
export function getRights<T>(doctype: string, name: string): Promise<T> {
  return read<T>('crm.desk.rights', { doctype, name })
}

export function searchLink(doctype: string, txt: string, filters?: unknown, signal?: AbortSignal): Promise<Suggestion[]> {
  return read<Suggestion[]>('frappe.desk.search.search_link', { doctype, txt, filters, page_length: 10 }, signal)
}

export async function searchPeople(text: string, signal?: AbortSignal): Promise<Suggestion[]> {
  const found = await read<{ id: string; value: string }[] | undefined>('frappe.desk.search.get_names_for_mentions', { search_term: text }, signal)
  return (found ?? []).map(({ id, value }) => ({ value: id, label: value, description: id }))
}

export interface UploadedFile {
  name: string
  file_name: string
  file_url: string
}

export interface UploadTarget {
  doctype?: string | undefined
  docname?: string | undefined
  fieldname?: string | undefined
}

export async function uploadFile(file: File, target: UploadTarget): Promise<UploadedFile> {
  const form = new FormData()
  form.set('file', file, file.name)
  form.set('is_private', '1')
  form.set('csrf_token', csrfToken())
  for (const [key, value] of Object.entries(target)) if (value !== undefined) form.set(key, value)
  return (await request<{ message: UploadedFile }>('/api/method/upload_file', { method: 'POST', body: form })).message
}

export function listAttachments(doctype: string, name: string): Promise<Row[]> {
  return listDocuments('File', {
    fields: ['name', 'file_name', 'file_url', 'file_size'],
    filters: [
      ['attached_to_doctype', '=', doctype],
      ['attached_to_name', '=', name],
    ],
    order_by: 'creation desc',
    limit_page_length: 50,
  })
}

export interface PrintChoice {
  doctype: string
  name: string
  format: string
  _lang: string
  /** 1: without letterhead. */
  no_letterhead: 0 | 1
  /** A Letter Head in place of the usual one; empty for that one. */
  letterhead: string
}

const PRINTING = '/api/method/frappe.utils.print_format'

const query = (choice: PrintChoice): string => new URLSearchParams({ ...choice, no_letterhead: String(choice.no_letterhead) }).toString()

export async function listLetterheads(): Promise<string[]> {
  const rows = await listDocuments('Letter Head', { fields: ['name'], filters: [['disabled', '=', 0]], order_by: 'name asc', limit_page_length: 100 })
  return rows.map(({ name }) => asText(name))
}

export function printAddress(page: 'preview' | 'pdf', choice: PrintChoice): string {
  return `${page === 'preview' ? '/printview' : `${PRINTING}.download_pdf`}?${query(choice)}`
}

/** Several documents as one PDF; the server takes at most this many at once, more as a job. */
export const PRINTED_TOGETHER = 50

export function printManyAddress(names: readonly string[], choice: Omit<PrintChoice, 'name'>): string {
  return `${PRINTING}.download_multi_pdf?${query({ ...choice, name: JSON.stringify(names) })}`
}

export interface Printed {
  /** Address of the zip file; empty when nothing could be printed. */
  file_url: string
  printed: number
  refused: { name: string; reason: string }[]
}

/** Prints any number of documents in the background; the id of the job. */
export async function startPrinting(names: readonly string[], choice: Omit<PrintChoice, 'name'>): Promise<string> {
  const { _lang: language, ...rest } = choice
  return (await call<{ job: string }>('crm.printing.start', { ...rest, language, names })).job
}
