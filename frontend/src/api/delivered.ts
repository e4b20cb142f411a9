// Records that the product and its packs deliver: which of them the site has changed, and the way back.
import { call, read } from './client'
import type { Doc } from './resource'

export interface DeliveredRecord {
  name: string
  /** "core" or the id of a pack. */
  layer: string
  changed: boolean
  removed: boolean
}

export function listDelivered(doctype: string): Promise<DeliveredRecord[]> {
  return read<DeliveredRecord[]>('crm.delivered.list', { doctype })
}

/** Saves a record as it was delivered; its versions keep what it was. */
export function resetDelivered(doctype: string, name: string): Promise<Doc> {
  return call<Doc>('crm.delivered.reset', { doctype, name })
}
