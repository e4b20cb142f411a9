// The filters of a list that shows the records of one row of a report.
import type { Filter } from '@/metadata/filters'

import type { Axis } from './pivot'

const LAST_DAYS: Record<string, string> = { Q1: '03-31', Q2: '06-30', Q3: '09-30', Q4: '12-31' }
const pad = (value: number): string => String(value).padStart(2, '0')

/** First and last day of "2026", "2026-07" or "2026-Q3". */
function daysOf(key: string): [string, string] {
  const [year = '', part = ''] = key.split('-')
  if (part === '') return [`${year}-01-01`, `${year}-12-31`]
  if (part.startsWith('Q')) return [`${year}-${pad(Number(part[1]) * 3 - 2)}-01`, `${year}-${LAST_DAYS[part]}`]
  const last = new Date(Date.UTC(Number(year), Number(part), 0)).getUTCDate()
  return [`${year}-${part}-01`, `${year}-${part}-${pad(last)}`]
}

function filterOf({ field, step }: Axis, key: string): Filter {
  if (key === '') return { field, operator: 'is', value: 'not set' }
  if (step === 'month' || step === 'quarter' || step === 'year') return { field, operator: 'between', value: daysOf(key).join(',') }
  return { field, operator: '=', value: key }
}

export function filtersOf(axes: readonly Axis[], key: readonly string[]): Filter[] {
  return axes.map((axis, at) => filterOf(axis, key[at] ?? ''))
}
