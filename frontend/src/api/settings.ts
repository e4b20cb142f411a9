// What settings can be asked to do: verify the audit log, move definitions as files, look after personal data.
import { call, download, read, request } from './client'
import type { Definition, Key } from './plans'

export interface AuditCheck {
  /** Entries that are sound. */
  sound: number
  hash: string
  damage: { sequence: number; name: string; reason: string } | null
}

export function verifyAudit(): Promise<AuditCheck> {
  return read<AuditCheck>('crm.audit.verify')
}

export interface LayerDifference {
  /** What differs from the site. */
  definitions: Definition[]
  /** Definitions of the site that are not in the files. */
  surplus: Key[]
  unchanged: number
}

export const SITE_LAYER_ADDRESS = '/api/method/crm.site_layer.export'

/** What an archive of definitions would change; nothing is changed by that. */
export async function readSiteLayer(file: File): Promise<LayerDifference> {
  const body = new FormData()
  body.append('file', file)
  return (await request<{ message: LayerDifference }>('/api/method/crm.site_layer.read', { method: 'POST', body })).message
}

export interface ClassifiedField {
  doctype: string
  label: string
  fieldname: string
  field_label: string
  /** "Personal", "Confidential", "Secret", or nothing. */
  sensitivity: string
  /** Days after which the value is emptied; 0: never. */
  retention_days: number
  layer: string
}

export interface ClassifiedFields {
  fields: ClassifiedField[]
  /** The newest plan of the site. */
  as_of: number
}

export function getClassifiedFields(): Promise<ClassifiedFields> {
  return read<ClassifiedFields>('crm.privacy.classes')
}

export interface Named {
  doctype: string
  name: string
}

/** Documents with this e-mail address, telephone or identity number. */
export function findPerson(identity: string): Promise<Named[]> {
  return read<Named[]>('crm.privacy.find_person', { identity })
}

export interface ErasureItem extends Named {
  action: 'Delete' | 'Anonymise' | 'Redact' | 'Keep'
  reason: string
  fields: string[]
}

const subject = ([first, ...also]: readonly Named[]): Record<string, unknown> => ({ ...first, also })

export function planErasure(people: readonly Named[]): Promise<ErasureItem[]> {
  return call<ErasureItem[]>('crm.privacy.plan_erasure', subject(people))
}

export function erasePerson(people: readonly Named[], reason: string): Promise<{ documents: ErasureItem[]; note: string }> {
  return call<{ documents: ErasureItem[]; note: string }>('crm.privacy.erase', { ...subject(people), reason })
}

export function downloadPersonReport(people: readonly Named[], reason: string): Promise<Blob> {
  return download('crm.privacy.download_report', { ...subject(people), reason })
}
