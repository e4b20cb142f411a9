// Records about the DocType on the workbench (rules, layouts): listed, saved as one plan each, and taken away by a plan.
import { computed, inject, onMounted, ref, shallowRef } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'

import { errorText } from '@/api/errors'
import { applyDraft } from '@/api/plans'
import type { Draft } from '@/api/plans'
import { asText, listDocuments } from '@/api/resource'
import type { Row } from '@/api/resource'
import { notify } from '@/shared/feedback'

import { BuilderKey } from './builder-key'

const MOST = 200

export interface DoctypeRecords {
  records: ShallowRef<Row[] | null>
  problem: Ref<string>
  /** The record in the dialog; an empty one is new. */
  edited: ShallowRef<Row | null>
  /** Name of the record that is to go. */
  going: Ref<string>
  /** The plan that takes it away. */
  removal: ComputedRef<Draft>
  /** Saves as one plan of the history, so that it can be taken back there. */
  save: (record: Row, title: string, done: string) => Promise<void>
  removed: () => Promise<void>
}

/** `fields` are those that the list shows. */
export function useDoctypeRecords(kind: string, fields: readonly string[], order: string): DoctypeRecords {
  const doctype = asText(inject(BuilderKey)!.studied.doctype['name'])
  const records = shallowRef<Row[] | null>(null)
  const problem = ref('')
  const edited = shallowRef<Row | null>(null)
  const going = ref('')

  async function load(): Promise<void> {
    problem.value = ''
    try {
      records.value = await listDocuments(kind, { fields: ['name', ...fields], filters: [['document_type', '=', doctype]], order_by: order, limit_page_length: MOST })
    } catch (failure) {
      problem.value = errorText(failure)
    }
  }

  async function save(record: Row, title: string, done: string): Promise<void> {
    await applyDraft({ definitions: [{ ...record, doctype: kind, document_type: doctype }], removed: [] }, title, false)
    edited.value = null
    notify(done)
    await load()
  }

  async function removed(): Promise<void> {
    going.value = ''
    await load()
  }

  onMounted(load)
  return { records, problem, edited, going, removal: computed(() => ({ definitions: [], removed: [[kind, going.value]] })), save, removed }
}
