// Report records: which there are, what they ask, their rows and files.
import { call, read } from './client'
import { createDocument } from './resource'
import type { ApiFilter, Row } from './resource'

export interface ReportFilter {
  fieldname: string
  label: string
  fieldtype: string
  options: string | null
  mandatory: 0 | 1
  default: string | null
}

export interface ReportFacts {
  name: string
  label: string
  doctype: string
  filters: ReportFilter[]
  /** How the report view lays it out; null for a report that was not made there. */
  pivot: Record<string, string> | null
  /** How the designer lays it out; null for a report that was not made there. */
  view: { chart?: string; rows?: number } | null
  conditions: ApiFilter[]
  can_export: 0 | 1
}

export interface ReportColumn {
  fieldname: string
  label: string
  fieldtype: string
  options: string
  /** The field by which the rows are grouped, as a list filters by it. */
  group?: string
}

export interface ReportAnswer {
  columns: ReportColumn[]
  result: Row[]
  add_total_row: 0 | 1
  message: string | null
}

export function getReport(name: string): Promise<ReportFacts> {
  return read<ReportFacts>('crm.report.get', { name })
}

export function runReport(name: string, filters: Row): Promise<ReportAnswer> {
  return read<ReportAnswer>('frappe.desk.query_report.run', { report_name: name, filters })
}

export function reportFile(name: string, filters: Row, kind: 'CSV' | 'Excel'): string {
  const parameters = new URLSearchParams({ report_name: name, filters: JSON.stringify(filters), file_format_type: kind })
  return `/api/method/frappe.desk.query_report.export_query?${parameters.toString()}`
}

export async function saveReport(name: string, doctype: string, query: Record<string, unknown>): Promise<void> {
  const values = { report_name: name, ref_doctype: doctype, report_type: 'Report Builder', is_standard: 'No', json: JSON.stringify(query) }
  await createDocument('Report', values)
}

/** The first rows of a report that is not saved yet. */
export function previewReport(report: Row, filters: Row = {}): Promise<ReportAnswer> {
  return call<ReportAnswer>('crm.report.preview', { report, filters })
}

export function mailNow(name: string): Promise<string> {
  return call<string>('frappe.email.doctype.auto_email_report.auto_email_report.send_now', { name })
}
