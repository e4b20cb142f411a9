// What the command palette offers for a text.
import type { Suggestion } from '@/api/desk'
import type { DocTypeEntry, Session } from '@/api/session'
import { isAdministration } from '@/metadata/navigation'
import { t } from '@/shared/i18n'
import { documentPath, listPath, newPath } from '@/shared/routes'

export interface Command {
  key: string
  text: string
  hint: string
  path: string
}

const contains = (entry: DocTypeEntry, text: string): boolean =>
  [entry.label, entry.name].some((name) => name.toLowerCase().includes(text))

/** Labels that begin with the text come first, daily work before administration. */
const rank = (entry: DocTypeEntry, text: string): number =>
  (entry.label.toLowerCase().startsWith(text) ? 0 : 2) + (isAdministration(entry.module) ? 1 : 0)

export function doctypeCommands(session: Session, typed: string, limit: number): Command[] {
  const text = typed.trim().toLowerCase()
  const found = session.boot.doctypes.filter((entry) => contains(entry, text))
  const sorted = [...found].sort((first, second) => rank(first, text) - rank(second, text) || first.label.localeCompare(second.label))
  return sorted.slice(0, limit).flatMap((entry) => [
    { key: `list:${entry.name}`, text: entry.label, hint: session.label(entry.module), path: listPath(entry.name) },
    ...(entry.can_create && !entry.issingle && text !== ''
      ? [{ key: `new:${entry.name}`, text: t('New {doctype}', { doctype: entry.label }), hint: '', path: newPath(entry.name) }]
      : []),
  ])
}

export function recordCommands(entry: DocTypeEntry, found: readonly Suggestion[]): Command[] {
  return found.map(({ value, description }) => ({
    key: `record:${entry.name}:${value}`,
    text: value,
    hint: [entry.label, description].filter(Boolean).join(' · '),
    path: documentPath(entry.name, value),
  }))
}
