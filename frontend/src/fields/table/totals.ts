// Sums below the columns of a child grid.
import type { Row } from '@/api/resource'
import type { DocField } from '@/metadata/doctype'

import { asNumber } from '../format'

const QUANTITIES = new Set(['Int', 'Float', 'Duration'])

/** Columns worth a sum: quantities and amounts. Beside a computed amount an entered one is a unit price, which has none. */
export function summedColumns(columns: readonly DocField[]): Set<string> {
  const amounts = columns.filter((column) => column.fieldtype === 'Currency')
  const computed = amounts.filter((column) => column.formula)
  const summed = [...columns.filter((column) => QUANTITIES.has(column.fieldtype)), ...(computed.length > 0 ? computed : amounts)]
  return new Set(summed.map((column) => column.fieldname))
}

/** Rounded to what a decimal number of a row can hold, so that 0.1 and 0.2 are 0.3. */
export function sumOf(rows: readonly Row[], fieldname: string): number {
  const sum = rows.reduce((total, row) => total + (asNumber(row[fieldname]) ?? 0), 0)
  return Number(sum.toFixed(9))
}
