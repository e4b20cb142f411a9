// Documents that may mean the same: found while typing and in a search over all, told apart, merged, taken back.
import { call, read } from './client'
import { listDocuments } from './resource'
import type { Doc, Row } from './resource'

export interface Match {
  name: string
  title: string
  score: number
  /** Why, field by field. */
  explanation: string
}

/** Fields that are compared; none where a DocType has no Match Rule. */
export function comparedFields(doctype: string): Promise<string[]> {
  return read<string[]>('crm.duplicates.fields', { doctype })
}

export function findMatches(doctype: string, doc: Doc): Promise<Match[]> {
  return call<Match[]>('crm.duplicates.find', { doctype, doc })
}

export function startScan(doctype: string): Promise<string> {
  return call<string>('crm.duplicates.scan', { doctype })
}

/** Pairs that nobody has judged yet, the likeliest first. */
export function listPairs(doctype: string): Promise<Row[]> {
  return listDocuments('Duplicate Record', {
    fields: ['name', 'document', 'duplicate', 'score', 'explanation'],
    filters: [
      ['document_type', '=', doctype],
      ['status', '=', 'Open'],
    ],
    order_by: 'score desc',
    limit_page_length: 100,
  })
}

export async function tellApart(doctype: string, name: string, other: string): Promise<void> {
  await call('crm.duplicates.tell_apart', { doctype, name, other })
}

export interface Linked {
  /** Empty for kinds of records that the caller may not read. */
  doctype: string
  label: string
  count: number
}

export function linkedRecords(doctype: string, names: readonly string[]): Promise<Linked[]> {
  return call<Linked[]>('crm.duplicates.linked', { doctype, names })
}

/** `choices`: field → the document whose value is taken. Answers the Merge Log. */
export async function mergeDocuments(doctype: string, keep: string, others: readonly string[], choices: Record<string, string>): Promise<string> {
  return (await call<{ log: string }>('crm.duplicates.merge', { doctype, keep, others, choices })).log
}

export function listMerges(doctype: string): Promise<Row[]> {
  return listDocuments('Merge Log', {
    fields: ['name', 'owner', 'creation', 'kept', 'merged', 'status', 'moved_links'],
    filters: [['document_type', '=', doctype]],
    order_by: 'creation desc',
    limit_page_length: 20,
  })
}

/** Answers what stays as it is because somebody changed it since. */
export async function undoMerge(log: string): Promise<string[]> {
  return (await call<{ left: string[] }>('crm.duplicates.undo_merge', { log })).left
}
