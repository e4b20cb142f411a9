// Two have changed the same rows since a common beginning: what only one has changed is taken from that one.
import type { Row } from '@/api/resource'

import { isSame, properties } from './definitions'

type Rows = Map<string, Row>

/** Properties that both have changed are noted in `clashes` behind `place`, and one's own value stands. */
export function mergedRow(base: Row, mine: Row, theirs: Row, place: string, clashes: string[]): Row {
  const keys = new Set([...Object.keys(theirs), ...Object.keys(mine)])
  const entries = [...keys].map((key) => {
    if (isSame(mine[key], base[key])) return [key, theirs[key]] as const
    if (!isSame(theirs[key], base[key]) && !isSame(theirs[key], mine[key])) clashes.push(`${place}${key}`)
    return [key, mine[key]] as const
  })
  return Object.fromEntries(entries)
}

/** Rows that `nameOf` tells apart, in one's own order if one has changed it. A row that one took away and the other
 * changed stays, and is noted. */
export function mergedRows(base: readonly Row[], mine: readonly Row[], theirs: readonly Row[], nameOf: (row: Row) => string, clashes: string[]): Row[] {
  const [before, own, now] = [base, mine, theirs].map((rows) => named(rows, nameOf)) as [Rows, Rows, Rows]
  const [was, is, others] = [before, own, now].map((rows) => [...rows.keys()]) as [string[], string[], string[]]
  const isMoved = order(was, before, own) !== order(is, before, own)
  const names = isMoved ? woven(is, others) : woven(others, is)
  const kept = names.filter((name) => stays(name, before, own, now))
  clashes.push(...kept.filter((name) => before.has(name) && !(own.has(name) && now.has(name))))
  return kept.map((name) => {
    const first = before.get(name) ?? {}
    return mergedRow(first, own.get(name) ?? first, now.get(name) ?? first, `${name}.`, clashes)
  })
}

/** Rows by their names; those of the same name, like two ways of an action with a condition each, by their order. */
function named(rows: readonly Row[], nameOf: (row: Row) => string): Rows {
  const found: Rows = new Map()
  for (const row of rows) {
    let name = nameOf(row)
    for (let number = 2; found.has(name); number++) name = `${nameOf(row)} (${number})`
    found.set(name, row)
  }
  return found
}

/** The order of the rows that both have. */
const order = (names: readonly string[], one: Rows, other: Rows): string => names.filter((name) => one.has(name) && other.has(name)).join('\n')

/** A row that one of the two took away goes, unless the other one has changed it or it is new. */
function stays(name: string, before: Rows, mine: Rows, now: Rows): boolean {
  const old = before.get(name)
  if (mine.has(name) && now.has(name)) return true
  const kept = mine.get(name) ?? now.get(name)
  return old === undefined || !isSameRow(old, kept!)
}

/** Whether two rows say the same. */
export function isSameRow(one: Row, other: Row): boolean {
  const [first, second] = [properties(one), properties(other)]
  return [...new Set([...Object.keys(first), ...Object.keys(second)])].every((key) => isSame(first[key], second[key]))
}

/** The names of `names`, and those that only `others` has, each behind the one that it follows there. */
function woven(names: readonly string[], others: readonly string[]): string[] {
  const all = [...names]
  others.forEach((name, position) => {
    if (all.includes(name)) return
    const before = others.slice(0, position).findLast((one) => all.includes(one))
    all.splice(before === undefined ? 0 : all.indexOf(before) + 1, 0, name)
  })
  return all
}
