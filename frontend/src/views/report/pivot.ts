// A report over grouped rows: what is asked of the server, and its answer turned into rows, columns and totals.
import type { ListQuery, Row, Value } from '@/api/resource'
import { readAggregate } from '@/metadata/aggregates'
import type { Aggregate } from '@/metadata/aggregates'

import type { ListState } from '../list/list-state'

export const steps = ['day', 'month', 'quarter', 'year'] as const
export type Step = (typeof steps)[number]

/** A field whose values are the rows or columns; days may be gathered into longer spans. */
export interface Axis {
  field: string
  step: Step | ''
}

export interface Question {
  rows: Axis[]
  across: Axis | null
  values: Aggregate[]
}

type Part = 'count' | 'sum' | 'min' | 'max'
/** What has to be asked so that groups can be put together: a mean of means would be wrong. */
const PARTS: Record<Aggregate['name'], readonly Part[]> = { count: ['count'], sum: ['sum'], avg: ['sum', 'count'], min: ['min'], max: ['max'] }
const MERGE: Record<Part, (one: number, other: number) => number> = {
  count: (one, other) => one + other,
  sum: (one, other) => one + other,
  min: Math.min,
  max: Math.max,
}

function readAxis(text: string): Axis | null {
  const [field = '', step = ''] = text.split(':')
  if (!/^\w+$/.test(field)) return null
  return { field, step: steps.find((one) => one === step) ?? '' }
}

export const writeAxis = ({ field, step }: Axis): string => (step === '' ? field : `${field}:${step}`)

export function readQuestion(options: ListState['options'], usual: string): Question {
  const list = (text: string | undefined): string[] => (text ?? '').split(',').filter(Boolean)
  const rows = list(options.rows ?? usual).map(readAxis).filter((axis) => axis !== null)
  const values = list(options.values ?? 'count').map(readAggregate).filter((value) => value !== null)
  return { rows, across: readAxis(options.across ?? ''), values: values.length > 0 ? values : [{ name: 'count', field: '' }] }
}

const axes = ({ rows, across }: Question): Axis[] => (across === null ? rows : [...rows, across])
const partKey = (part: Part, field: string): string => `${part}_${field || 'name'}`

export const GROUP_LIMIT = 10_000

export function groupQuery(question: Question): Pick<ListQuery, 'fields' | 'group_by' | 'limit_page_length'> {
  const fields = [...new Set(axes(question).map(({ field }) => field))]
  const parts = question.values.flatMap(({ name, field }) => PARTS[name].map((part) => `${part}(${field || 'name'}) as ${partKey(part, field)}`))
  return { fields: [...fields, ...new Set(parts)], ...(fields.length > 0 && { group_by: fields.join(', ') }), limit_page_length: GROUP_LIMIT + 1 }
}

/** The value of an axis: a day by its span, "2026-Q3", otherwise as it is; nothing and an empty text are one. */
export function bucket(value: Value, step: Step | ''): string {
  const text = value === null || value === undefined || Array.isArray(value) ? '' : String(value)
  if (step === '' || text === '') return text
  const [year = '', month = '01'] = text.split('-')
  if (step === 'quarter') return `${year}-Q${Math.floor((Number(month) - 1) / 3) + 1}`
  return step === 'year' ? year : step === 'month' ? `${year}-${month}` : text.slice(0, 10)
}

type Parts = Map<string, number>

function add(into: Parts, from: Parts): void {
  for (const [key, value] of from) {
    const before = into.get(key)
    into.set(key, before === undefined ? value : MERGE[key.split('_')[0] as Part](before, value))
  }
}

/** Gathered parts of all cells of a table, and of its rows, columns and whole. */
class Gathered {
  private readonly cells = new Map<string, Parts>()

  add(key: readonly unknown[], parts: Parts): void {
    const text = JSON.stringify(key)
    const found = this.cells.get(text) ?? new Map<string, number>()
    add(found, parts)
    this.cells.set(text, found)
  }

  value(key: readonly unknown[], { name, field }: Aggregate): number | null {
    const parts = this.cells.get(JSON.stringify(key))
    const part = parts?.get(partKey(PARTS[name][0]!, field))
    if (name !== 'avg' || part === undefined) return part ?? null
    const count = parts?.get(partKey('count', field)) ?? 0
    return count === 0 ? null : part / count
  }
}

export interface PivotRow {
  key: string[]
  /** One list of values per column. */
  cells: (number | null)[][]
  total: (number | null)[]
}

export interface Pivot {
  /** Values across; none when nothing stands across. */
  columns: string[]
  rows: PivotRow[]
  /** The last row. */
  totals: PivotRow
}

function partsOf(row: Row, question: Question): Parts {
  const keys = question.values.flatMap(({ name, field }) => PARTS[name].map((part) => partKey(part, field)))
  return new Map(keys.filter((key) => row[key] !== null && row[key] !== undefined).map((key) => [key, Number(row[key])]))
}

const byText = (one: string, other: string): number => (one === '' ? 1 : other === '' ? -1 : one.localeCompare(other, undefined, { numeric: true }))

export function pivot(rows: readonly Row[], question: Question): Pivot {
  const gathered = new Gathered()
  const keys = new Map<string, string[]>()
  const columns = new Set<string>()
  for (const row of rows) {
    const key = question.rows.map(({ field, step }) => bucket(row[field], step))
    const column = question.across === null ? null : bucket(row[question.across.field], question.across.step)
    keys.set(JSON.stringify(key), key)
    if (column !== null) columns.add(column)
    const parts = partsOf(row, question)
    for (const place of [[key, column], [key, 'total', 1], ['total', column], ['total', 'total', 1]]) gathered.add(place, parts)
  }
  const across = [...columns].sort(byText)
  const values = (key: readonly unknown[]): (number | null)[] => question.values.map((value) => gathered.value(key, value))
  const line = (key: string[] | 'total'): Omit<PivotRow, 'key'> => ({ cells: across.map((column) => values([key, column])), total: values([key, 'total', 1]) })
  const sorted = [...keys.values()].sort((one, other) => one.reduce((found, text, at) => found || byText(text, other[at] ?? ''), 0))
  return { columns: across, rows: sorted.map((key) => ({ key, ...line(key) })), totals: { key: [], ...line('total') } }
}
