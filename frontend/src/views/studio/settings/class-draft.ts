// Edits of the class and the retention of fields, and the definitions that they make.
import type { Draft } from '@/api/plans'
import type { ClassifiedField } from '@/api/settings'
import type { Studied } from '@/api/studio'

import { draftOf, startShape } from '../definitions'
import { nameOf } from '../outline'

type Classes = Pick<ClassifiedField, 'sensitivity' | 'retention_days'>

export interface ClassEdit {
  doctype: string
  fieldname: string
  /** Only what is to be another: the rest stays as somebody else may make it meanwhile. */
  values: Partial<Classes>
}

/** By `keyOf` the field. */
export type ClassEdits = Readonly<Record<string, ClassEdit>>

const TYPES: Record<keyof Classes, string> = { sensitivity: 'Select', retention_days: 'Int' }
const PROPERTIES = Object.keys(TYPES) as (keyof Classes)[]
const NONE: Classes = { sensitivity: '', retention_days: 0 }

type Place = Pick<ClassifiedField, 'doctype' | 'fieldname'>

export const keyOf = ({ doctype, fieldname }: Place): string => `${doctype}/${fieldname}`

/** An edit that says what is stored anyway is none. */
export function withClass(edits: ClassEdits, stored: Place & Classes, change: Partial<Classes>): ClassEdits {
  const { [keyOf(stored)]: before, ...others } = edits
  const wanted = { ...stored, ...before?.values, ...change }
  const values = Object.fromEntries(PROPERTIES.filter((one) => wanted[one] !== stored[one]).map((one) => [one, wanted[one]]))
  const { doctype, fieldname } = stored
  return Object.keys(values).length === 0 ? others : { ...others, [keyOf(stored)]: { doctype, fieldname, values } }
}

/** The edits, begun with `before`, on what is stored `now`; `clashes` are the fields of which both changed the same. */
export function takenOver(edits: ClassEdits, before: readonly ClassifiedField[], now: readonly ClassifiedField[]): { edits: ClassEdits; clashes: string[] } {
  const all = Object.values(edits)
  const said = (fields: readonly ClassifiedField[], edit: ClassEdit): Classes => fields.find((one) => keyOf(one) === keyOf(edit)) ?? NONE
  const differs = (edit: ClassEdit, property: keyof Classes): boolean => {
    const theirs = said(now, edit)[property]
    return theirs !== said(before, edit)[property] && theirs !== edit.values[property]
  }
  return {
    edits: all.reduce<ClassEdits>((made, edit) => withClass(made, { ...said(now, edit), doctype: edit.doctype, fieldname: edit.fieldname }, edit.values), {}),
    clashes: all.filter((edit) => PROPERTIES.some((one) => one in edit.values && differs(edit, one))).map(keyOf),
  }
}

/** All edits as one draft, begun when `asOf` was the newest plan; `study` reads the definitions that they are about. */
export async function classDraft(edits: ClassEdits, asOf: number, study: (doctype: string) => Promise<Studied>): Promise<Draft> {
  const all = Object.values(edits)
  const drafts = await Promise.all(
    [...new Set(all.map((one) => one.doctype))].map(async (doctype) => {
      const studied = await study(doctype)
      const shape = startShape(studied)
      const wanted = new Map(all.filter((one) => one.doctype === doctype).map((one) => [one.fieldname, one.values]))
      const fields = shape.fields.map((row) => ({ ...row, ...wanted.get(nameOf(row)) }))
      return draftOf(studied, { ...shape, fields }, (_, property) => (property in TYPES ? TYPES[property as keyof Classes] : 'Data'))
    }),
  )
  return { definitions: drafts.flatMap((draft) => draft.definitions), removed: drafts.flatMap((draft) => draft.removed), as_of: asOf }
}
