// Edits of the class and the retention of fields, and the definitions that they make.
import type { Draft } from '@/api/plans'
import type { ClassifiedField } from '@/api/settings'
import type { Studied } from '@/api/studio'

import { draftOf, startShape } from '../definitions'
import { nameOf } from '../outline'

export interface ClassEdit {
  doctype: string
  fieldname: string
  sensitivity: string
  retention_days: number
}

/** By `keyOf` the field. */
export type ClassEdits = Readonly<Record<string, ClassEdit>>

const TYPES: Record<string, string> = { sensitivity: 'Select', retention_days: 'Int' }

export const keyOf = ({ doctype, fieldname }: { doctype: string; fieldname: string }): string => `${doctype}/${fieldname}`

/** An edit that says what is stored anyway is none. */
export function withClass(edits: ClassEdits, stored: ClassifiedField, change: Partial<Pick<ClassEdit, 'sensitivity' | 'retention_days'>>): ClassEdits {
  const { [keyOf(stored)]: before, ...others } = edits
  const { doctype, fieldname, sensitivity, retention_days } = { ...stored, ...before, ...change }
  const isSame = sensitivity === stored.sensitivity && retention_days === stored.retention_days
  return isSame ? others : { ...others, [keyOf(stored)]: { doctype, fieldname, sensitivity, retention_days } }
}

/** All edits as one draft; `study` reads the definitions that they are about. */
export async function classDraft(edits: ClassEdits, study: (doctype: string) => Promise<Studied>): Promise<Draft> {
  const all = Object.values(edits)
  const drafts = await Promise.all(
    [...new Set(all.map((one) => one.doctype))].map(async (doctype) => {
      const studied = await study(doctype)
      const shape = startShape(studied)
      const wanted = new Map(all.filter((one) => one.doctype === doctype).map((one) => [one.fieldname, one]))
      const fields = shape.fields.map((row) => {
        const edit = wanted.get(nameOf(row))
        return edit === undefined ? row : { ...row, sensitivity: edit.sensitivity, retention_days: edit.retention_days }
      })
      return draftOf(studied, { ...shape, fields }, (_, property) => TYPES[property] ?? 'Data')
    }),
  )
  const asOf = drafts.map((draft) => draft.as_of ?? 0)
  return { definitions: drafts.flatMap((draft) => draft.definitions), removed: drafts.flatMap((draft) => draft.removed), as_of: Math.min(...asOf) }
}
