// Everything that belongs to a document, by kind, with the newest of each.
import { read } from '@/api/client'
import type { Connection } from '@/api/connections'
import type { Row } from '@/api/resource'
import type { Fieldtype } from '@/metadata/doctype'

export interface OverviewColumn {
  fieldname: string
  label: string
  fieldtype: Fieldtype
  options: string
}

export interface OverviewSection extends Connection {
  columns: OverviewColumn[]
  rows: Row[]
  /** The reader may open the list and the documents themselves. */
  listed: 0 | 1
}

export interface Overview {
  title: string
  sections: OverviewSection[]
}

export function getOverview(doctype: string, name: string): Promise<Overview> {
  return read<Overview>('crm.desk.overview', { doctype, name })
}
