// Which documents point to one.
import { read } from './client'
import type { ApiFilter, Doc } from './resource'

export interface Connection {
  doctype: string
  label: string
  /** Label of the field by which they point here. */
  field: string
  group: string
  count: number
  /** There are more than were counted. */
  more: 0 | 1
  can_create: 0 | 1
  filters: ApiFilter[]
  /** What a new document of it starts with. */
  values: Doc
}

export function getConnections(doctype: string, name: string): Promise<Connection[]> {
  return read<Connection[]>('crm.desk.connections', { doctype, name })
}
