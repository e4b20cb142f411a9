// A record that is shaped in the studio: loaded, changed, saved with all faults at their places, taken back.
import { computed, ref, shallowRef } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'

import { listDelivered, resetDelivered } from '@/api/delivered'
import type { DeliveredRecord } from '@/api/delivered'
import { ApiError, errorText } from '@/api/errors'
import type { FieldError } from '@/api/errors'
import { asText, createDocument, getDocument, updateDocument } from '@/api/resource'
import type { Doc, Row } from '@/api/resource'

export interface ShapedRecord {
  doc: ShallowRef<Doc | null>
  /** What stands in the database; null for one that is not saved yet. */
  stored: ShallowRef<Doc | null>
  delivered: ShallowRef<DeliveredRecord | null>
  dirty: ComputedRef<boolean>
  busy: Ref<boolean>
  problem: Ref<string>
  faults: ShallowRef<readonly FieldError[]>
  load: (name: string | null, begin: () => Doc) => Promise<void>
  change: (part: Row) => void
  /** The record as it is sent; answers whether it was saved. */
  save: (body: Doc) => Promise<boolean>
  reset: () => Promise<boolean>
  /** The record was taken away: nothing is left to save. */
  left: () => void
}

export function useRecord(doctype: string): ShapedRecord {
  const doc = shallowRef<Doc | null>(null)
  const stored = shallowRef<Doc | null>(null)
  const delivered = shallowRef<DeliveredRecord | null>(null)
  const busy = ref(false)
  const problem = ref('')
  const faults = shallowRef<readonly FieldError[]>([])
  const begun = shallowRef('')
  const dirty = computed(() => doc.value !== null && JSON.stringify(doc.value) !== begun.value)

  /** What was typed while it was being saved stays. */
  function show(found: Doc, isStored: boolean, sent: Doc | null = doc.value): void {
    const typed = Object.entries(doc.value ?? {}).filter(([key, value]) => value !== sent?.[key])
    doc.value = { ...found, ...Object.fromEntries(typed) }
    begun.value = JSON.stringify(found)
    stored.value = isStored ? found : null
  }

  async function attempt(work: () => Promise<void>): Promise<boolean> {
    busy.value = true
    problem.value = ''
    faults.value = []
    try {
      await work()
      return true
    } catch (failure) {
      problem.value = errorText(failure)
      faults.value = failure instanceof ApiError ? failure.fields : []
      return false
    } finally {
      busy.value = false
    }
  }

  async function look(name: string, sent: Doc | null = doc.value): Promise<void> {
    const [found, all] = await Promise.all([getDocument(doctype, name), listDelivered(doctype)])
    delivered.value = all.find((one) => one.name === name) ?? null
    show(found, true, sent)
  }

  const nameOf = (): string => asText(stored.value?.['name'])

  return {
    doc,
    stored,
    delivered,
    dirty,
    busy,
    problem,
    faults,
    load: async (name, begin) => {
      doc.value = null
      delivered.value = null
      await attempt(async () => (name === null ? show(begin(), false) : look(name)))
    },
    change: (part) => {
      doc.value = { ...doc.value, ...part }
    },
    save: (body) =>
      attempt(async () => {
        const isNew = stored.value === null
        const sent = doc.value
        const saved = isNew ? await createDocument(doctype, body) : await updateDocument(doctype, nameOf(), { ...body, modified: stored.value!['modified'] })
        await look(asText(saved['name']), sent)
      }),
    reset: () =>
      attempt(async () => {
        await resetDelivered(doctype, nameOf())
        await look(nameOf())
      }),
    left: () => {
      doc.value = null
    },
  }
}
