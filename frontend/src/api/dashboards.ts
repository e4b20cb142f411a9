// Workspaces, dashboards, and the values of their cards and charts.
import { call, read } from './client'
import type { ApiFilter, Row } from './resource'

/** A card or chart, and what stands over it before its values have come; a chart may take the whole width. */
export interface Labelled {
  name: string
  label: string
  width?: string | null
}

export interface Shortcut {
  label: string
  type: 'DocType' | 'Report' | 'Dashboard' | 'URL'
  link_to: string | null
  url: string | null
  view: string
  filters: ApiFilter[]
  /** "{} Open": the number stands in it. */
  format: string | null
  color: string | null
}

export interface LinkCard {
  label: string
  links: { label: string; type: 'DocType' | 'Report' | 'Dashboard'; link_to: string; description: string }[]
}

export type WorkspacePart = 'shortcuts' | 'number_cards' | 'charts' | 'cards' | 'quick_lists'

/** One thing in the layout of a workspace: the entry `at` of a part, or a heading; `width` in columns of twelve. */
export type WorkspaceBlock = { width: number } & ({ part: WorkspacePart; at: number } | { text: string })

export interface Workspace {
  name: string
  title: string
  icon: string | null
  module: string | null
  /** Order and widths; without any the parts stand below each other. */
  blocks: WorkspaceBlock[]
  shortcuts: Shortcut[]
  number_cards: Labelled[]
  charts: Labelled[]
  cards: LinkCard[]
  quick_lists: { label: string; doctype: string; filters: ApiFilter[] }[]
}

export function getWorkspaces(): Promise<Workspace[]> {
  return read<Workspace[]>('crm.desk.workspaces')
}

export interface CardValue {
  name: string
  label: string
  color: string | null
  doctype: string
  report: string | null
  filters: ApiFilter[] | null
  value: number
  /** The value one interval ago; null when the card shows no change. */
  before: number | null
  interval: string | null
  show_full_number: 0 | 1
  fieldtype: string
  options: string
}

export function getCard(name: string): Promise<CardValue> {
  return read<CardValue>('crm.dashboard.card', { name })
}

export interface Point {
  label: string | number | null
  /** Null where there is nothing to take the mean of. */
  value: number | null
  filters: ApiFilter[] | null
  /** Sums up the groups beyond the largest ones. */
  rest: boolean
}

export interface ChartValue {
  name: string
  label: string
  type: string
  color: string | null
  report: string | null
  doctype: string
  filters: ApiFilter[]
  /** Time interval of labels that are days; empty for other labels. */
  interval: string
  /** The field that labels are values of. */
  group: { fieldname?: string; fieldtype?: string; options?: string }
  series: { label: string; value: { fieldtype: string; options: string }; points: Point[] }[]
}

export function getChart(name: string): Promise<ChartValue> {
  return read<ChartValue>('crm.dashboard.chart', { name })
}

/** A card or chart that is not saved yet, with its values for the caller. */
export function previewCard(card: Row): Promise<CardValue> {
  return call<CardValue>('crm.dashboard.preview_card', { card })
}

export function previewChart(chart: Row): Promise<ChartValue> {
  return call<ChartValue>('crm.dashboard.preview_chart', { chart })
}

export interface DashboardEntry {
  name: string
  label: string
  module: string | null
  is_default: 0 | 1
}

export interface Dashboard {
  name: string
  label: string
  cards: Labelled[]
  charts: Labelled[]
}

export function listDashboards(): Promise<DashboardEntry[]> {
  return read<DashboardEntry[]>('crm.dashboard.list')
}

export function getDashboard(name: string): Promise<Dashboard> {
  return read<Dashboard>('crm.dashboard.get', { name })
}
