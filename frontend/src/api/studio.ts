// Definitions for those who shape them: effective, untranslated, with the layer that says each thing.
import { read } from './client'
import type { Row } from './resource'

export interface StudioEntry {
  name: string
  label: string
  module: string
  /** "core", "site", or the id of a pack. */
  layer: string
  /** The site changes it by Custom Fields or Property Setters. */
  is_changed: boolean
  istable: 0 | 1
  issingle: 0 | 1
  is_submittable: 0 | 1
  fields: number
}

export interface Studied {
  doctype: Row
  /** Labels of fields in the caller's language. */
  labels: Record<string, string>
  layer: string
  /** The site's stored DocType; null for one of the product or a pack. */
  own: Row | null
  /** Layer of each field. */
  layers: Record<string, string>
  /** Layer of each property that another layer than its field's has changed: `property` or `fieldname.property`. */
  provenance: Record<string, string>
  custom_fields: Row[]
  setters: Row[]
  /** Names of the site's Custom DocPerms, which replace the delivered rights. */
  permissions: string[]
}

export function listStudioDoctypes(): Promise<StudioEntry[]> {
  return read<StudioEntry[]>('crm.studio.doctypes')
}

export function studyDoctype(doctype: string): Promise<Studied> {
  return read<Studied>('crm.studio.doctype', { doctype })
}

/** One permission row of a role that visitors, everybody who is signed in, or people of the portal have. */
export interface Reached {
  role: string
  doctype: string
  actions: string[]
  if_owner: boolean
  level: number
  layer: string
  /** Fields of which the role sees confidential values. */
  confidential: string[]
}

export interface Exposure {
  rights: Reached[]
  /** Methods that need no sign-in. */
  methods: string[]
}

export function getExposure(): Promise<Exposure> {
  return read<Exposure>('crm.access.exposure')
}
