// The rights of the whole site, and what a change of them does to real users.
import { call, read } from './client'
import type { Draft } from './plans'
import type { Row } from './resource'

export interface DoctypeRights {
  name: string
  label: string
  module: string
  /** Who says the rows: "core", "site", or the id of a pack. */
  layer: string
  /** The site's own rows have taken the place of the delivered ones. */
  own: 0 | 1
  is_submittable: 0 | 1
  issingle: 0 | 1
  rows: Row[]
  /** Labels of the fields of each level above 0. */
  levels: Record<string, string[]>
  /** Packs whose filters narrow it, whatever a role may. */
  narrowed_by: string[]
}

export interface RightsMatrix {
  /** In the order in which a permission row has them. */
  actions: string[]
  doctypes: DoctypeRights[]
  /** The newest plan of the site when it was read. */
  as_of: number
}

export function getRightsMatrix(): Promise<RightsMatrix> {
  return read<RightsMatrix>('crm.access.matrix')
}

export interface RightChange {
  action: string
  level: number
  /** Whether it is, or was, open on all documents or on some of them. */
  scope: 'all' | 'some'
}

export interface ComparedRow {
  user: string
  full_name: string
  doctype: string
  label: string
  gains: RightChange[]
  loses: RightChange[]
  /** Open on other documents than before, neither all nor none. */
  changes: RightChange[]
  /** Null where it is not known before the change is applied. */
  readable_before: number | null
  readable_after: number | null
}

export interface RightsComparison {
  /** Users that were looked at, and how many more there are than that. */
  examined: number
  left_out: number
  more: number
  rows: ComparedRow[]
}

/** What the draft would give real users and take from them; nothing is changed. */
export function compareRights({ definitions, removed }: Draft): Promise<RightsComparison> {
  return call<RightsComparison>('crm.access.compare', { definitions, removed })
}
