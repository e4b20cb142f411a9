// Rows of a grouped report laid out across: the values of the last grouping become columns.
import type { ReportAnswer, ReportColumn } from '@/api/reports'
import type { Row, Value } from '@/api/resource'
import { asText } from '@/api/resource'

/** How the designer lays a report out (the key `view` of its query). */
export interface ReportLayout {
  /** Name of a chart type; empty for none. */
  chart?: string
  /** Groupings that stay rows; the one after them goes across. Without it nothing does. */
  rows?: number
}

export interface CrossTab {
  /** Values across; those of a choice in the order of its options. */
  across: Value[]
  rows: { key: Value[]; cells: (Value | undefined)[][] }[]
}

/** Which of its options each value of a choice is; null for other fields. */
function placesOf({ fieldtype, options }: ReportColumn): Map<string, number> | null {
  return fieldtype === 'Select' ? new Map((options || '').split('\n').map((option, at) => [option, at])) : null
}

/** The options of a choice that stand in a grid also where nothing is in them. */
const optionsOf = ({ fieldtype, options }: ReportColumn): string[] => (fieldtype === 'Select' ? (options || '').split('\n').filter(Boolean) : [])

/** Nothing chosen comes last. */
function byOption(places: Map<string, number>): (one: Value, other: Value) => number {
  const place = (value: Value): number => (asText(value) === '' ? places.size : (places.get(asText(value)) ?? places.size))
  return (one, other) => place(one) - place(other)
}

const byText = (one: Value, other: Value): number => asText(one).localeCompare(asText(other), undefined, { numeric: true })

/** Null when nothing stands across, or a place would have several rows, of which it could say one only. Laid out as a `grid`, all options of its two choices stand there. */
export function crossTab(answer: ReportAnswer, body: readonly Row[], layout: ReportLayout | null, grid = false): CrossTab | null {
  const depth = layout?.rows
  if (depth === undefined || depth < 1 || answer.columns.length < depth + 2) return null
  const names = answer.columns.map(({ fieldname }) => fieldname)
  const found = new Map<string, { key: Value[]; cells: Map<string, Value[]> }>()
  const across = new Map<string, Value>()
  if (grid) {
    for (const option of optionsOf(answer.columns[depth]!)) across.set(option, option)
    if (depth === 1) for (const option of optionsOf(answer.columns[0]!)) found.set(JSON.stringify([option]), { key: [option], cells: new Map() })
  }
  for (const row of body) {
    const key = names.slice(0, depth).map((name) => row[name])
    const place = asText(row[names[depth]!])
    across.set(place, row[names[depth]!])
    const line = found.get(JSON.stringify(key)) ?? { key, cells: new Map<string, Value[]>() }
    if (line.cells.has(place)) return null
    line.cells.set(place, names.slice(depth + 1).map((name) => row[name]))
    found.set(JSON.stringify(key), line)
  }
  const over = placesOf(answer.columns[depth]!)
  const order = [...across.values()].sort(over === null ? byText : byOption(over))
  const first = placesOf(answer.columns[0]!)
  const lines = [...found.values()]
  if (first !== null) lines.sort((one, other) => byOption(first)(one.key[0], other.key[0]))
  return { across: order, rows: lines.map(({ key, cells }) => ({ key, cells: order.map((value) => cells.get(asText(value)) ?? []) })) }
}
