// Everything that belongs to a document, by kind, with the newest of each.
import { read } from '@/api/client'
import type { Connection } from '@/api/connections'
import type { Row, Value } from '@/api/resource'
import type { Fieldtype } from '@/metadata/doctype'

export interface OverviewColumn {
  fieldname: string
  label: string
  fieldtype: Fieldtype
  options: string
}

export interface Fact extends OverviewColumn {
  value: Value
}

export interface OverviewSection extends Connection {
  columns: OverviewColumn[]
  rows: Row[]
  /** The reader may open the list and the documents themselves. */
  listed: 0 | 1
}

/** A table that a pack fills: `method` is called with the name of the document. */
export interface AskedSection {
  label: string
  method: string
  columns: OverviewColumn[]
}

export interface Overview {
  title: string
  facts: Fact[]
  sections: OverviewSection[]
  asked: AskedSection[]
}

/** The rows of a pack's table, each with its own DocType; none when it does not answer: the page is whole without. */
export function askRows(section: AskedSection, name: string): Promise<Row[]> {
  return read<Row[]>(section.method, { name }).catch(() => [])
}

export function getOverview(doctype: string, name: string): Promise<Overview> {
  return read<Overview>('crm.desk.overview', { doctype, name })
}
