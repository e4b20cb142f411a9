// What the command palette offers for a text.
import type { Hit } from '@/api/search'
import type { DocTypeEntry, Session } from '@/api/session'
import { t } from '@/shared/i18n'
import { documentPath, listPath, newPath } from '@/shared/routes'

export interface Command {
  key: string
  text: string
  hint: string
  path: string
  /** Does something in place of leading somewhere. */
  run?: () => void
  /** Heading under which it stands. */
  group?: string
  /** Title with what was found in `<mark>`. */
  html?: string
  /** Where else it was found. */
  excerpt?: { label: string; html: string } | undefined
}

const contains = (entry: DocTypeEntry, text: string): boolean =>
  [entry.label, entry.name].some((name) => name.toLowerCase().includes(text))

/** Labels that begin with the text come first, then those that contain it, then new documents; daily work before administration. */
function rank(entry: DocTypeEntry, text: string): number {
  const place = entry.label.toLowerCase().startsWith(text) ? 0 : contains(entry, text) ? 2 : 4
  return place + (entry.administers ? 1 : 0)
}

const makeText = (entry: DocTypeEntry): string => t('New {doctype}', { doctype: entry.label })
/** Whether somebody types the whole sentence that the palette shows. */
const isMade = (entry: DocTypeEntry, text: string): boolean => entry.can_create === 1 && !entry.issingle && text !== '' && makeText(entry).toLowerCase().includes(text)

/** Lists whose label is typed, and new documents, found by that label or by their own sentence. */
export function doctypeCommands(session: Session, typed: string, limit: number): Command[] {
  const text = typed.trim().toLowerCase()
  const found = session.boot.doctypes.filter((entry) => contains(entry, text) || isMade(entry, text))
  const sorted = [...found].sort((first, second) => rank(first, text) - rank(second, text) || first.label.localeCompare(second.label))
  return sorted.slice(0, limit).flatMap((entry) => [
    ...(contains(entry, text) ? [{ key: `list:${entry.name}`, text: entry.label, hint: session.label(entry.module), path: listPath(entry.name) }] : []),
    ...(entry.can_create && !entry.issingle && text !== '' ? [{ key: `new:${entry.name}`, text: makeText(entry), hint: '', path: newPath(entry.name) }] : []),
  ])
}

/** New documents by their DocType's name; those opened lately come first, daily work before administration. */
export function createCommands(session: Session, typed: string, recent: readonly string[]): Command[] {
  const text = typed.trim().toLowerCase()
  const place = ({ name }: DocTypeEntry): number => (recent.includes(name) ? recent.indexOf(name) : recent.length)
  const found = session.boot.doctypes.filter((entry) => entry.can_create && !entry.issingle && contains(entry, text))
  const sorted = [...found].sort((first, second) => rank(first, text) - rank(second, text) || place(first) - place(second) || first.label.localeCompare(second.label))
  return sorted.map((entry) => ({ key: `new:${entry.name}`, text: entry.label, hint: session.label(entry.module), path: newPath(entry.name) }))
}

/** Actions whose text holds what was typed; without a text there are none, lists stand for the start. */
export function actionCommands(actions: readonly Command[], typed: string): Command[] {
  const text = typed.trim().toLowerCase()
  return text === '' ? [] : actions.filter((action) => action.text.toLowerCase().includes(text))
}

/** Found reports, by name. */
export function reportCommands(names: readonly string[], label: (text: string) => string): Command[] {
  return names.map((name) => ({ key: `report:${name}`, text: label(name), hint: '', group: t('Reports'), path: `/app/query-report/${encodeURIComponent(name)}` }))
}

/** Found documents, those of one DocType together, in the order of the best of each. */
export function recordCommands(session: Session, hits: readonly Hit[]): Command[] {
  const groups = new Map<string, Hit[]>()
  for (const hit of hits) groups.set(hit.doctype, [...(groups.get(hit.doctype) ?? []), hit])
  return [...groups].flatMap(([doctype, found]) => {
    const group = session.find(doctype)?.label ?? doctype
    return found.map((hit) => ({
      key: `record:${doctype}:${hit.name}`,
      text: hit.title,
      html: hit.title_html,
      hint: hit.title === hit.name ? '' : hit.name,
      group,
      excerpt: hit.excerpts[0],
      path: documentPath(doctype, hit.name),
    }))
  })
}
