// Somebody else changed the definition meanwhile: one's own changes are brought onto what is in force now.
import type { Row } from '@/api/resource'
import type { Studied } from '@/api/studio'

import { isSame, properties, startShape } from './definitions'
import type { Shape } from './definitions'
import { nameOf } from './outline'

export interface Rebased {
  shape: Shape
  /** Properties that both have changed, as `property` or `fieldname.property`: one's own value stands. And fields that
   * one took away and the other changed: they stay, as `fieldname`. */
  clashes: string[]
}

/** The changes from `studied` to `shape`, made to `fresh` instead. */
export function rebased(studied: Studied, shape: Shape, fresh: Studied): Rebased {
  const base = startShape(studied)
  const theirs = startShape(fresh)
  const clashes: string[] = []
  const about = merged(base.properties, shape.properties, theirs.properties, '', clashes)
  const [before, mine, now] = [base.fields, shape.fields, theirs.fields].map(byName) as [Rows, Rows, Rows]
  const isMoved = order(base.fields, before, mine) !== order(shape.fields, before, mine)
  const names = isMoved ? woven(shape.fields, theirs.fields) : woven(theirs.fields, shape.fields)
  const kept = names.filter((name) => stays(name, before, mine, now))
  clashes.push(...kept.filter((name) => before.has(name) && !(mine.has(name) && now.has(name))))
  const fields = kept
    .map((name) => merged(before.get(name) ?? {}, mine.get(name) ?? before.get(name) ?? {}, now.get(name) ?? before.get(name) ?? {}, `${name}.`, clashes))
  const setters = new Set(fresh.setters.map((row) => row['name']))
  return { shape: { properties: about, fields, reset: shape.reset.filter((name) => setters.has(name)) }, clashes }
}

type Rows = Map<string, Row>

const byName = (rows: readonly Row[]): Rows => new Map(rows.map((row) => [nameOf(row), row]))

/** The order of the fields that both have. */
const order = (rows: readonly Row[], one: Rows, other: Rows): string =>
  rows.map(nameOf).filter((name) => one.has(name) && other.has(name)).join('\n')

/** A field that one of the two took away goes, unless the other one has changed it or it is new. */
function stays(name: string, before: Rows, mine: Rows, now: Rows): boolean {
  const old = before.get(name)
  if (mine.has(name) && now.has(name)) return true
  const kept = mine.get(name) ?? now.get(name)
  return old === undefined || JSON.stringify(properties(old)) !== JSON.stringify(properties(kept!))
}

/** What only one has changed is taken from that one. */
function merged(base: Row, mine: Row, theirs: Row, place: string, clashes: string[]): Row {
  const keys = new Set([...Object.keys(theirs), ...Object.keys(mine)])
  const entries = [...keys].map((key) => {
    if (isSame(mine[key], base[key])) return [key, theirs[key]] as const
    if (!isSame(theirs[key], base[key]) && !isSame(theirs[key], mine[key])) clashes.push(`${place}${key}`)
    return [key, mine[key]] as const
  })
  return Object.fromEntries(entries)
}

/** The names of `rows`, and those that only `others` has, each behind the one that it follows there. */
function woven(rows: readonly Row[], others: readonly Row[]): string[] {
  const names = rows.map(nameOf)
  others.map(nameOf).forEach((name, position, all) => {
    if (names.includes(name)) return
    const before = all.slice(0, position).findLast((one) => names.includes(one))
    names.splice(before === undefined ? 0 : names.indexOf(before) + 1, 0, name)
  })
  return names
}
