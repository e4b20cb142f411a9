// What a form lends to its fields: states, errors, child definitions.
import { computed, shallowRef } from 'vue'
import type { ComputedRef, ShallowRef } from 'vue'

import { fieldErrorText } from '@/api/errors'
import { asText, runDocumentMethod } from '@/api/resource'
import type { Row, Value } from '@/api/resource'
import { useSession } from '@/api/session'
import type { FormContext } from '@/fields/contract'
import { stillFitting } from '@/fields/link/fetched'
import { fieldState, isLocked, rowFieldState } from '@/metadata/conditions'
import type { FieldState } from '@/metadata/conditions'
import { isMasked, may } from '@/metadata/doctype'
import type { DocField, Meta } from '@/metadata/doctype'
import { nowIn } from '@/shared/dates'

import type { DocumentModel } from './use-document'
import { fetchedValues } from './use-fetch-from'

export interface FormModel {
  context: FormContext
  states: ComputedRef<Map<string, FieldState>>
  /** Sets a field, and what a link chosen in it brings along. */
  change: (field: DocField, value: Value) => Promise<void>
  /** The field that somebody asked about. */
  asked: ShallowRef<DocField | null>
}

export function useForm(meta: Meta, model: DocumentModel): FormModel {
  const now = nowIn(useSession().boot.time_zone)
  const states = computed(() => {
    const situation = { isNew: model.isNew.value, now }
    return new Map(meta.doctype.fields.map((field) => [field.fieldname, fieldState(meta, field, model.doc.value, situation)]))
  })
  const closed: FieldState = { hidden: true, required: false, readOnly: true, expanded: false }
  const stateOf = (field: DocField): FieldState => states.value.get(field.fieldname) ?? closed

  function rowStateOf(table: DocField, field: DocField, row: Row): FieldState {
    const state = rowFieldState(meta, table, field, row, model.doc.value, now)
    return { ...state, readOnly: state.readOnly || stateOf(table).readOnly }
  }

  function errorOf(field: string, row?: { table: string; idx: number }): string | undefined {
    const found = model.failure.value?.fields.find(
      (error) => error.field === field && error.row?.table === row?.table && error.row?.idx === row?.idx,
    )
    return found && fieldErrorText(found)
  }

  async function press(field: DocField): Promise<void> {
    const { doc, isNew } = model
    if (!field.options || (isNew.value && !(await model.save()))) return
    await runDocumentMethod(meta.doctype.name, asText(doc.value['name']), field.options)
    await model.read(asText(doc.value['name']))
  }

  async function change(field: DocField, value: Value): Promise<void> {
    model.set(field.fieldname, value)
    if (field.fieldtype !== 'Link') return
    const before = model.doc.value
    const fetched = await context.fetched(meta.doctype.fields, field, before)
    for (const [fieldname, taken] of Object.entries(stillFitting(fetched, field.fieldname, before, model.doc.value))) model.set(fieldname, taken)
  }

  const asked = shallowRef<DocField | null>(null)
  const context: FormContext = {
    doctype: meta.doctype.name,
    docname: () => (model.isNew.value ? undefined : asText(model.stored.value['name'])),
    document: () => model.doc.value,
    childType: (doctype) => meta.children[doctype],
    stateOf,
    rowStateOf,
    errorOf,
    fetched: (fields, link, row) => fetchedValues(fields, link, row, model.doc.value),
    press,
    mayReveal: (field) => isMasked(field) && may(meta, 'mask') && !model.isNew.value && asText(model.stored.value[field.fieldname]) !== '',
    why: (field) => void (asked.value = field),
  }
  return { context, states, change, asked }
}

export function canWrite(meta: Meta, model: DocumentModel): boolean {
  return !isLocked(meta, model.doc.value, model.isNew.value)
}
