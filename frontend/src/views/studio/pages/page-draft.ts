// A workspace or dashboard as blocks in their order, and as the fields of its record.
import type { Doc, Row, Value } from '@/api/resource'
import { asText } from '@/api/resource'

import { bareRow } from '../records/bare-row'

export const kinds = ['shortcut', 'number_card', 'chart', 'card', 'quick_list', 'header'] as const
export type BlockKind = (typeof kinds)[number]

export interface Block {
  /** Stands for the block while it is moved about. */
  id: string
  kind: BlockKind
  /** Columns of twelve. */
  width: number
  /** The row of the record that it shows: a shortcut, a chart; of a card of links `label` and `links`; of a heading `text`. */
  row: Row
}

export type PageKind = 'Workspace' | 'Dashboard'

export const COLUMNS = 12
export const WIDTHS: Record<BlockKind, number> = { shortcut: 3, number_card: 3, chart: 6, card: 4, quick_list: 4, header: 12 }
export const OFFERED: Record<PageKind, readonly BlockKind[]> = { Workspace: kinds, Dashboard: ['number_card', 'chart'] }
/** A dashboard knows two widths of charts, and lays its cards out by itself. */
export const canResize = (page: PageKind, kind: BlockKind): boolean => page === 'Workspace' || kind === 'chart'

const rowsOf = (value: Value): Row[] => (Array.isArray(value) ? value : [])

/** What the layout calls a block, and the part of the record that its row stands in. */
const PARTS: Record<Exclude<BlockKind, 'header' | 'card'>, { part: string; key: string; name: string }> = {
  shortcut: { part: 'shortcuts', key: 'shortcut_name', name: 'label' },
  number_card: { part: 'number_cards', key: 'number_card_name', name: 'number_card_name' },
  chart: { part: 'charts', key: 'chart_name', name: 'chart_name' },
  quick_list: { part: 'quick_lists', key: 'quick_list_name', name: 'label' },
}

/** Cards of links: a break begins one (Frappe Workspace Link.type). */
function cardsOf(links: readonly Row[]): Row[] {
  const cards: { label: string; links: Row[] }[] = []
  for (const link of links) {
    if (link['type'] === 'Card Break' || cards.length === 0) cards.push({ label: link['type'] === 'Card Break' ? asText(link['label']) : '', links: [] })
    if (link['type'] !== 'Card Break') cards.at(-1)!.links.push(bareRow(link))
  }
  return cards
}

const nameOf = ({ kind, row }: Block): string => (kind === 'header' ? '' : asText(row[kind === 'card' ? 'label' : PARTS[kind].name]))

interface Placed {
  type?: string
  data?: Record<string, unknown>
}

function layoutOf(content: Value): Placed[] {
  try {
    const found: unknown = JSON.parse(asText(content) || '[]')
    return Array.isArray(found) ? (found as Placed[]) : []
  } catch {
    return []
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.replace(/<[^>]*>/g, '') : '')

function workspaceBlocks(doc: Doc): Block[] {
  const all: Block[] = [
    ...(Object.keys(PARTS) as (keyof typeof PARTS)[]).flatMap((kind) => rowsOf(doc[PARTS[kind].part]).map((row, at) => ({ id: `${kind}-${at}`, kind, width: WIDTHS[kind], row: bareRow(row) }))),
    ...cardsOf(rowsOf(doc['links'])).map((row, at): Block => ({ id: `card-${at}`, kind: 'card', width: WIDTHS.card, row })),
  ]
  const placed = layoutOf(doc['content']).flatMap(({ type, data }, at): Block[] => {
    const width = typeof data?.['col'] === 'number' ? data['col'] : WIDTHS[(type ?? 'header') as BlockKind]
    if (type === 'header') return [{ id: `header-${at}`, kind: 'header', width: width || COLUMNS, row: { text: textOf(data?.['text']) } }]
    const key = type === 'card' ? 'card_name' : PARTS[type as keyof typeof PARTS]?.key
    const found = all.find((block) => block.kind === type && nameOf(block) === data?.[key ?? ''])
    if (found === undefined) return []
    all.splice(all.indexOf(found), 1)
    return [{ ...found, width }]
  })
  return [...placed, ...all]
}

function dashboardBlocks(doc: Doc): Block[] {
  return [
    ...rowsOf(doc['cards']).map((row, at): Block => ({ id: `number_card-${at}`, kind: 'number_card', width: WIDTHS.number_card, row: { number_card_name: row['card'] } })),
    ...rowsOf(doc['charts']).map((row, at): Block => ({ id: `chart-${at}`, kind: 'chart', width: row['width'] === 'Full' ? COLUMNS : 6, row: { chart_name: row['chart'] } })),
  ]
}

export function readPage(page: PageKind, doc: Doc): Block[] {
  return page === 'Workspace' ? workspaceBlocks(doc) : dashboardBlocks(doc)
}

function placedBlock(block: Block): Placed {
  if (block.kind === 'header') return { type: 'header', data: { text: asText(block.row['text']), col: block.width } }
  const key = block.kind === 'card' ? 'card_name' : PARTS[block.kind].key
  return { type: block.kind, data: { [key]: nameOf(block), col: block.width } }
}

function workspaceFields(blocks: readonly Block[]): Row {
  const rows = (kind: BlockKind): Row[] => blocks.filter((block) => block.kind === kind).map(({ row }) => row)
  const links = rows('card').flatMap((card): Row[] => [{ type: 'Card Break', label: card['label'] ?? '' }, ...rowsOf(card['links']).map((link) => ({ ...link, type: 'Link' }))])
  const parts = Object.fromEntries(Object.entries(PARTS).map(([kind, { part }]) => [part, rows(kind as BlockKind)]))
  return { ...parts, links, content: JSON.stringify(blocks.map(placedBlock)) }
}

function dashboardFields(blocks: readonly Block[]): Row {
  return {
    cards: blocks.filter(({ kind }) => kind === 'number_card').map(({ row }) => ({ card: row['number_card_name'] })),
    charts: blocks.filter(({ kind }) => kind === 'chart').map(({ row, width }) => ({ chart: row['chart_name'], width: width > 6 ? 'Full' : 'Half' })),
  }
}

export function writePage(page: PageKind, blocks: readonly Block[]): Row {
  return page === 'Workspace' ? workspaceFields(blocks) : dashboardFields(blocks)
}

export function moveBlock(blocks: readonly Block[], from: number, to: number): Block[] {
  const changed = [...blocks]
  changed.splice(Math.max(0, Math.min(to, blocks.length - 1)), 0, ...changed.splice(from, 1))
  return changed
}

/** Wider or narrower by some columns; on a dashboard by half the page. */
export function resized(page: PageKind, width: number, by: number): number {
  if (page === 'Dashboard') return by === 0 ? width : by > 0 ? COLUMNS : 6
  return Math.max(2, Math.min(COLUMNS, width + by))
}
