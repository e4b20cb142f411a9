// DocTypes in groups for navigation.
import type { DocTypeEntry } from '@/api/session'
import { listPath } from '@/shared/routes'

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

export interface PlaceLink {
  text: string
  path: string
}

export interface Place {
  key: string
  /** A module's name is a text of definitions, a workspace's title is translated already. */
  title: string
  links: PlaceLink[]
  startsClosed: boolean
}

/** A workspace as far as it leads somewhere. */
export interface Page {
  name: string
  title: string
  shortcuts: Target[]
  cards: { label: string; links: Target[] }[]
}

interface Target {
  label: string
  type: string
  link_to: string | null
}

/** Addresses of what a workspace links to besides DocTypes, as Frappe names them. */
const PATHS: Record<string, (name: string) => string> = {
  Report: (name) => `/app/query-report/${encodeURIComponent(name)}`,
  Dashboard: (name) => `/app/dashboard-view/${encodeURIComponent(name)}`,
}

const linkTo = (entry: DocTypeEntry): PlaceLink => ({ text: entry.label, path: listPath(entry.name) })

/** Where the sidebar leads: the workspaces of the own roles, then by module what stands in none of them. */
export function places(pages: readonly Page[], entries: readonly DocTypeEntry[], label: (text: string) => string): Place[] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]))
  const shown = new Set<string>()
  function resolved({ type, link_to: name, label: text }: Target): PlaceLink[] {
    if (name === null) return []
    const entry = type === 'DocType' ? byName.get(name) : undefined
    if (entry !== undefined) shown.add(name)
    const path = PATHS[type]?.(name)
    return entry !== undefined ? [linkTo(entry)] : path === undefined ? [] : [{ text, path }]
  }
  const ofPages = pages.map((page): Place => {
    const found = [...page.shortcuts, ...page.cards.flatMap((card) => card.links)].flatMap(resolved)
    const links = [...new Map(found.map((link) => [link.path, link])).values()]
    return { key: `workspace:${page.name}`, title: page.title, links, startsClosed: false }
  })
  const others = groupByModule(entries.filter((entry) => !shown.has(entry.name))).map(
    ({ module, entries: rest }): Place => ({ key: module, title: label(module), links: rest.map(linkTo), startsClosed: pages.length > 0 || isAdministration(module) }),
  )
  return [...ofPages.filter((place) => place.links.length > 0), ...others]
}
