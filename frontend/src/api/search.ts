// Search over all documents.
import { read } from './client'

export interface Hit {
  doctype: string
  name: string
  title: string
  /** HTML in which what was found stands in `<mark>`. */
  title_html: string
  excerpts: { fieldname: string; label: string; html: string }[]
}

export async function searchDocuments(text: string, limit: number, signal?: AbortSignal): Promise<Hit[]> {
  return (await read<{ hits: Hit[] }>('crm.search.query', { text, limit }, signal)).hits
}
