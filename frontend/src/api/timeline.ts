// What stands on a document's timeline, page by page, and what is written there; bringing an earlier version back.
import { call, read } from './client'
import { listDocuments } from './resource'
import type { ApiFilter, Doc, Row, Value } from './resource'

export const PAGE = 20

type Place = readonly [doctype: string, name: string]

/** The newest entries of one kind before a moment; whoever may not read them sees none. */
async function page(kind: string, place: ApiFilter[], fields: readonly string[], before: string): Promise<Row[]> {
  const filters: ApiFilter[] = before === '' ? place : [...place, ['creation', '<', before]]
  return listDocuments(kind, { fields: ['name', 'owner', 'creation', ...fields], filters, order_by: 'creation desc', limit_page_length: PAGE }).catch(() => [])
}

const beside = ([doctype, name]: Place, kind = 'reference_doctype', of = 'reference_name'): ApiFilter[] => [
  [kind, '=', doctype],
  [of, '=', name],
]

export interface TimelinePage {
  comments: Row[]
  versions: Row[]
  mails: Row[]
  tasks: Row[]
}

const MAIL = ['subject', 'content', 'sender', 'sender_full_name', 'recipients', 'cc', 'sent_or_received', 'delivery_status', 'communication_medium', 'has_attachment']

export async function readTimeline(doctype: string, name: string, before: string): Promise<TimelinePage> {
  const place = [doctype, name] as const
  const [comments, versions, mails, tasks] = await Promise.all([
    page('Comment', beside(place), ['comment_type', 'content'], before),
    page('Version', beside(place, 'ref_doctype', 'docname'), ['data'], before),
    page('Communication', beside(place), MAIL, before),
    page('ToDo', beside(place, 'reference_type'), ['description', 'status', 'date', 'allocated_to'], before),
  ])
  return { comments, versions, mails, tasks }
}

export interface Earlier {
  values: Record<string, Value>
  /** Labels of fields that stay as they are. */
  left: string[]
}

export function previewVersion(doctype: string, name: string, version: string): Promise<Earlier> {
  return read<Earlier>('crm.versions.preview', { doctype, name, version })
}

export function restoreVersion(doctype: string, name: string, version: string, modified: string): Promise<{ doc: Doc; left: string[] }> {
  return call('crm.versions.restore', { doctype, name, version, modified })
}
