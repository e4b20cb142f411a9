// DocTypes in groups for navigation.
import type { DocTypeEntry } from '@/api/session'
import { listPath } from '@/shared/routes'

export interface Group {
  module: string
  entries: DocTypeEntry[]
  /** Where the site is administered: such modules stand last and start closed. */
  administers: boolean
}

export function groupByModule(entries: readonly DocTypeEntry[]): Group[] {
  const groups = new Map<string, DocTypeEntry[]>()
  for (const entry of entries) groups.set(entry.module, [...(groups.get(entry.module) ?? []), entry])
  const found = [...groups].map(([module, list]) => ({
    module,
    entries: [...list].sort((first, second) => first.label.localeCompare(second.label)),
    administers: list.every((entry) => entry.administers),
  }))
  return found.sort((first, second) => Number(first.administers) - Number(second.administers) || first.module.localeCompare(second.module))
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
  const taken = new Set<string>()
  /** What stands in a workspace already is not repeated by the next one. */
  const isFirst = ({ path }: PlaceLink): boolean => !taken.has(path) && Boolean(taken.add(path))
  function resolved({ type, link_to: name, label: text }: Target): PlaceLink[] {
    if (name === null) return []
    const entry = type === 'DocType' ? byName.get(name) : undefined
    if (entry !== undefined) shown.add(name)
    const path = PATHS[type]?.(name)
    return entry !== undefined ? [linkTo(entry)] : path === undefined ? [] : [{ text, path }]
  }
  const ofPages = pages.map((page): Place => {
    const found = [...page.shortcuts, ...page.cards.flatMap((card) => card.links)].flatMap(resolved)
    return { key: `workspace:${page.name}`, title: page.title, links: found.filter(isFirst), startsClosed: false }
  })
  const others = groupByModule(entries.filter((entry) => !shown.has(entry.name))).map(
    ({ module, entries: rest, administers }): Place => ({ key: module, title: label(module), links: rest.map(linkTo), startsClosed: pages.length > 0 || administers }),
  )
  return [...ofPages.filter((place) => place.links.length > 0), ...others]
}
