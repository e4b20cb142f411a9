// Print Formats under work: the print-out of a document by values that nobody has stored yet.
import { call, csrfToken } from './client'
import { parseError } from './errors'
import type { Row } from './resource'

export interface PrintTrial {
  doctype: string
  name: string
  /** Values of a Print Format. */
  print_format: Row
  language: string
  /** A Letter Head, '' for the usual one, "Hide" for none. */
  letterhead: string
}

const METHOD = 'crm.print.preview'

/** A whole HTML page. @throws ApiError, for a mistake in the template with its line */
export async function previewPage(trial: PrintTrial): Promise<string> {
  return (await call<{ html: string }>(METHOD, trial)).html
}

/** @throws ApiError as `previewPage` does */
export async function previewPdf(trial: PrintTrial): Promise<Blob> {
  const headers = { 'Content-Type': 'application/json', 'X-Frappe-CSRF-Token': csrfToken() }
  const response = await fetch(`/api/method/${METHOD}`, { method: 'POST', headers, credentials: 'same-origin', body: JSON.stringify({ ...trial, pdf: true }) })
  if (!response.ok) throw parseError(response.status, await response.json().catch(() => null), response.headers.get('X-Request-Id'))
  return response.blob()
}
