// Comments, mails, tasks, workflow steps and versions of a document in one order.
import type { TimelinePage } from '@/api/timeline'
import { PAGE } from '@/api/timeline'
import { asText } from '@/api/resource'
import type { Row, Value } from '@/api/resource'
import type { Session } from '@/api/session'
import { kindOf } from '@/fields/registry'
import { fieldLabel } from '@/metadata/doctype'
import type { DocField, Meta } from '@/metadata/doctype'
import { docstatusText } from '@/metadata/states'
import { t } from '@/shared/i18n'
import { plainText } from '@/shared/text'

export interface Change {
  label: string
  /** Whose values these are; without one they are words. */
  field?: DocField | undefined
  before: Value
  after: Value
}

export const KINDS = ['comment', 'mail', 'task', 'change', 'event'] as const
export type Kind = (typeof KINDS)[number]

export interface TimelineEntry {
  key: string
  kind: Kind
  who: string
  when: string
  text: string
  changes: Change[]
  /** The row that a mail or a task is made of. */
  row?: Row
}

type Cell = [string, Value, Value]

const NOTHING = '–'

/** One side of a change as its field writes it. */
export function sideText({ field }: Change, value: Value, session: Session): string {
  const text = field === undefined ? session.label(asText(value)) : session.label(kindOf(field.fieldtype).format(value, field, {}, session))
  return text === '' ? NOTHING : text
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

/** A field of the document, or of the rows of a table. */
function fieldOf(meta: Meta, fieldname: string, table?: string): DocField | undefined {
  const fields = table === undefined ? meta.doctype.fields : (meta.children[fieldOf(meta, table)?.options ?? '']?.fields ?? [])
  return fields.find((entry) => entry.fieldname === fieldname)
}

/** Labels of fields, and of what is no field of a definition. */
function labelOf(meta: Meta, fieldname: string, table?: string): string {
  const field = fieldOf(meta, fieldname, table)
  if (field !== undefined) return fieldLabel(field)
  return fieldname === 'docstatus' ? t('Document status') : fieldname
}

const cell = (name: string, value: Value): Value => (name === 'docstatus' ? docstatusText(Number(value)) : value)

/** What a version says, field by field and row by row. */
export function versionChanges(meta: Meta, data: unknown): Change[] {
  const version = parseVersion(data)
  const cells = listOf<Cell>(version['changed']).map(([name, before, after]) => ({ label: labelOf(meta, name), field: fieldOf(meta, name), before: cell(name, before), after: cell(name, after) }))
  const rows = listOf<[string, number, string, Cell[]]>(version['row_changed']).flatMap(([table, position, , changed]) =>
    listOf<Cell>(changed).map(([name, before, after]) => ({ label: `${labelOf(meta, table)} ${position + 1}, ${labelOf(meta, name, table)}`, field: fieldOf(meta, name, table), before, after })),
  )
  const added = listOf<[string, unknown]>(version['added']).map(([table]) => ({ label: labelOf(meta, table), before: NOTHING, after: t('row added') }))
  const removed = listOf<[string, unknown]>(version['removed']).map(([table]) => ({ label: labelOf(meta, table), before: t('row'), after: t('removed') }))
  return [...cells, ...rows, ...added, ...removed]
}

function common(row: Row): { key: string; who: string; when: string } {
  return { key: asText(row['name']), who: asText(row['owner']), when: asText(row['creation']) }
}

function fromComment(row: Row): TimelineEntry {
  const kind = row['comment_type'] === 'Comment' ? 'comment' : 'event'
  return { ...common(row), kind, text: plainText(asText(row['content'])), changes: [] }
}

function fromMail(row: Row): TimelineEntry {
  const who = asText(row['sender_full_name']) || asText(row['sender']) || asText(row['owner'])
  return { ...common(row), who, kind: 'mail', text: plainText(asText(row['content'])), changes: [], row }
}

function fromTask(row: Row): TimelineEntry {
  return { ...common(row), kind: 'task', text: plainText(asText(row['description'])), changes: [], row }
}

/** Who made the document, and when. */
function creation(doc: Row): TimelineEntry {
  return { key: 'creation', who: asText(doc['owner']), when: asText(doc['creation']), kind: 'event', text: t('Created this record.'), changes: [] }
}

export interface Timeline {
  /** Newest first. */
  entries: TimelineEntry[]
  /** Before this moment there is more; empty when everything is there. */
  before: string
}

/** Of kinds with a full page only what is newer than its oldest entry is sure to be complete. */
function complete(page: TimelinePage): string {
  const full = Object.values(page as unknown as Record<string, Row[]>).filter((rows) => rows.length >= PAGE)
  return full.map((rows) => asText(rows.at(-1)!['creation'])).reduce((latest, when) => (when > latest ? when : latest), '')
}

/** One page of the timeline; the last one ends with the creation, which a Single that nobody has saved yet does not have. */
export function buildTimeline(meta: Meta, doc: Row, page: TimelinePage): Timeline {
  const before = complete(page)
  const changed = page.versions.map((row): TimelineEntry => ({ ...common(row), kind: 'change', text: '', changes: versionChanges(meta, row['data']) }))
  const found = [
    ...page.comments.map(fromComment),
    ...page.mails.map(fromMail),
    ...page.tasks.map(fromTask),
    ...changed.filter((entry) => entry.changes.length > 0),
  ].filter((entry) => entry.when >= before)
  const entries = before === '' && asText(doc['owner']) !== '' ? [...found, creation(doc)] : found
  return { entries: entries.sort((first, second) => second.when.localeCompare(first.when)), before }
}
