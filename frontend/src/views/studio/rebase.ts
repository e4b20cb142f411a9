// Somebody else changed the definition meanwhile: one's own changes are brought onto what is in force now.
import type { Studied } from '@/api/studio'

import { startShape } from './definitions'
import type { Shape } from './definitions'
import { nameOf } from './outline'
import { mergedRow, mergedRows } from './three-way'

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
  const about = mergedRow(base.properties, shape.properties, theirs.properties, '', clashes)
  const fields = mergedRows(base.fields, shape.fields, theirs.fields, nameOf, clashes)
  const setters = new Set(fresh.setters.map((row) => row['name']))
  return { shape: { properties: about, fields, reset: shape.reset.filter((name) => setters.has(name)) }, clashes }
}
