// Rows of a grouped report laid out across: the values of the last grouping become columns.
import type { ReportAnswer } from '@/api/reports'
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
  /** Values across, in the order in which they come. */
  across: Value[]
  rows: { key: Value[]; cells: (Value | undefined)[][] }[]
}

const byText = (one: Value, other: Value): number => asText(one).localeCompare(asText(other), undefined, { numeric: true })

/** Null when nothing stands across. */
export function crossTab(answer: ReportAnswer, body: readonly Row[], layout: ReportLayout | null): CrossTab | null {
  const depth = layout?.rows
  if (depth === undefined || depth < 1 || answer.columns.length < depth + 2) return null
  const names = answer.columns.map(({ fieldname }) => fieldname)
  const found = new Map<string, { key: Value[]; cells: Map<string, Value[]> }>()
  const across = new Map<string, Value>()
  for (const row of body) {
    const key = names.slice(0, depth).map((name) => row[name])
    const place = asText(row[names[depth]!])
    across.set(place, row[names[depth]!])
    const line = found.get(JSON.stringify(key)) ?? { key, cells: new Map<string, Value[]>() }
    line.cells.set(place, names.slice(depth + 1).map((name) => row[name]))
    found.set(JSON.stringify(key), line)
  }
  const order = [...across.values()].sort(byText)
  return { across: order, rows: [...found.values()].map(({ key, cells }) => ({ key, cells: order.map((value) => cells.get(asText(value)) ?? []) })) }
}
