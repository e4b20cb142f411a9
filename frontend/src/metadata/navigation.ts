// DocTypes in groups for navigation.
import type { DocTypeEntry } from '@/api/session'

export interface Group {
  module: string
  entries: DocTypeEntry[]
}

/** Modules in which a site is administered; they stand last and start closed. */
const ADMINISTRATION = new Set(['Core', 'Custom', 'Desk', 'Workflow', 'Printing', 'Email', 'Automation', 'Setup', 'Integrations'])

export function isAdministration(module: string): boolean {
  return ADMINISTRATION.has(module)
}

export function groupByModule(entries: readonly DocTypeEntry[]): Group[] {
  const groups = new Map<string, DocTypeEntry[]>()
  for (const entry of entries) groups.set(entry.module, [...(groups.get(entry.module) ?? []), entry])
  const order = ([first]: [string, unknown], [second]: [string, unknown]): number =>
    Number(isAdministration(first)) - Number(isAdministration(second)) || first.localeCompare(second)
  return [...groups].sort(order).map(([module, list]) => ({
    module,
    entries: [...list].sort((first, second) => first.label.localeCompare(second.label)),
  }))
}
