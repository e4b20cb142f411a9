// Comments, workflow steps and versions of a document in one order.
import { asText } from '@/api/resource'
import type { Row } from '@/api/resource'
import type { Meta } from '@/metadata/doctype'
import { fieldLabel } from '@/metadata/doctype'
import { t } from '@/shared/i18n'
import { plainText } from '@/shared/text'

export interface Change {
  label: string
  before: string
  after: string
}

export interface TimelineEntry {
  key: string
  kind: 'comment' | 'event' | 'change'
  who: string
  when: string
  text: string
  changes: Change[]
}

type Cell = [string, unknown, unknown]

function shown(value: unknown): string {
  const text = typeof value === 'string' ? plainText(value) : typeof value === 'number' ? String(value) : ''
  return text === '' ? '–' : text
}

function parseVersion(data: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(String(data))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

const listOf = <T>(value: unknown): T[] => (Array.isArray(value) ? (value as T[]) : [])

/** What a version says, field by field and row by row. */
export function versionChanges(meta: Meta, data: unknown): Change[] {
  const version = parseVersion(data)
  const name = (fieldname: string): string => {
    const field = meta.doctype.fields.find((entry) => entry.fieldname === fieldname)
    return field === undefined ? fieldname : fieldLabel(field)
  }
  const cells = listOf<Cell>(version['changed']).map(([field, before, after]) => ({ label: name(field), before: shown(before), after: shown(after) }))
  const rows = listOf<[string, number, string, Cell[]]>(version['row_changed']).flatMap(([table, position, , changed]) =>
    listOf<Cell>(changed).map(([field, before, after]) => ({ label: `${name(table)} ${position + 1}, ${field}`, before: shown(before), after: shown(after) })),
  )
  const added = listOf<[string, unknown]>(version['added']).map(([table]) => ({ label: name(table), before: '–', after: t('row added') }))
  const removed = listOf<[string, unknown]>(version['removed']).map(([table]) => ({ label: name(table), before: t('row'), after: t('removed') }))
  return [...cells, ...rows, ...added, ...removed]
}

function fromComment(row: Row): TimelineEntry {
  const kind = row['comment_type'] === 'Comment' ? 'comment' : 'event'
  return { ...common(row), kind, text: plainText(asText(row['content'])), changes: [] }
}

function common(row: Row): { key: string; who: string; when: string } {
  return { key: asText(row['name']), who: asText(row['owner']), when: asText(row['creation']) }
}

/** Who made the document, and when. */
function creation(doc: Row): TimelineEntry {
  return { key: 'creation', who: asText(doc['owner']), when: asText(doc['creation']), kind: 'event', text: t('Created this record.'), changes: [] }
}

/** Newest first. */
export function buildTimeline(meta: Meta, doc: Row, comments: readonly Row[], versions: readonly Row[]): TimelineEntry[] {
  const changed = versions.map((row): TimelineEntry => ({ ...common(row), kind: 'change', text: '', changes: versionChanges(meta, row['data']) }))
  const entries = [...comments.map(fromComment), ...changed.filter((entry) => entry.changes.length > 0), creation(doc)]
  return entries.sort((first, second) => second.when.localeCompare(first.when))
}
