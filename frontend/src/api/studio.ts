// Definitions for those who shape them: effective, untranslated, with the layer that says each thing.
import { call, read } from './client'
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
  /** The newest plan of the site when it was read; 0 for a new DocType, of which no plan may know. */
  as_of: number
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
  if_team: boolean
  level: number
  layer: string
  /** Fields of which the role sees confidential values. */
  confidential: string[]
}

export interface Exposure {
  rights: Reached[]
  shares: SharedOutside[]
  /** Files that anybody may open who knows their address. */
  public_files: number
  /** Verb and path of every address that needs no sign-in. */
  routes: string[]
  /** Methods that need no sign-in. */
  methods: string[]
}

export function getExposure(): Promise<Exposure> {
  return read<Exposure>('crm.access.exposure')
}

/** One document that somebody outside reaches by a share; `user` is empty where it is shared with everyone. */
export interface SharedOutside {
  doctype: string
  name: string
  user: string
  rights: string[]
}

export interface DefinitionText {
  text: string
  kind: string
  /** Where it is said otherwise than everywhere; empty for most. */
  context: string
  /** What is shown, by language. */
  shown: Record<string, string>
  /** Name of the site's own Translation, by language; empty where there is none. */
  own: Record<string, string>
}

/** The texts of a definition in every language. */
export function getTexts(doctype: string): Promise<{ languages: string[]; texts: DefinitionText[] }> {
  return read<{ languages: string[]; texts: DefinitionText[] }>('crm.studio.texts', { doctype })
}

/** The texts of a workspace in every language. */
export function getWorkspaceTexts(workspace: string): Promise<{ languages: string[]; texts: DefinitionText[] }> {
  return read<{ languages: string[]; texts: DefinitionText[] }>('crm.studio.workspace_texts', { workspace })
}

/** What a text is called in a language from now on; empty: as it was delivered. */
export function setText({ text, context }: Pick<DefinitionText, 'text' | 'context'>, language: string, translated: string): Promise<void> {
  return call('crm.studio.set_text', { text, language, translated, ...(context && { context }) })
}
