// One document in the browser: read, change, store, submit, cancel, move on, delete.
import { computed, ref, shallowRef } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'

import { call } from '@/api/client'
import { ApiError } from '@/api/errors'
import { asText, createDocument, deleteDocument, getDocument, updateDocument } from '@/api/resource'
import type { Doc, Value } from '@/api/resource'
import { applyWorkflow } from '@/api/workflow'
import { computed as worked, withoutComputed } from '@/metadata/computed'
import type { Meta } from '@/metadata/doctype'
import { changedFields, changes } from '@/metadata/documents'

export interface DocumentModel {
  doc: Ref<Doc>
  /** The document as the server last gave it. */
  stored: ShallowRef<Doc>
  isNew: ComputedRef<boolean>
  dirty: ComputedRef<boolean>
  busy: Ref<boolean>
  failure: ShallowRef<ApiError | null>
  set: (fieldname: string, value: Value) => void
  start: (draft: Doc) => void
  adopt: (answer: Doc) => void
  read: (name: string) => Promise<void>
  /** Each of these answers whether it succeeded; what went wrong stands in `failure`. */
  save: (also?: Doc) => Promise<boolean>
  overwrite: () => Promise<boolean>
  act: (action: string) => Promise<boolean>
  /** Calls a pack's method with the document's name; answers what it says in words ('' for nothing), null if refused. */
  run: (method: string) => Promise<string | null>
  remove: () => Promise<boolean>
}

const copy = (doc: Doc): Doc => structuredClone(doc)

/** `now` tells the site's present time, for formulas that ask for it. */
export function useDocument(meta: Meta, now: () => string = () => ''): DocumentModel {
  const doctype = meta.doctype.name
  const doc = ref<Doc>({})
  const stored = shallowRef<Doc>({})
  const busy = ref(false)
  const failure = shallowRef<ApiError | null>(null)
  // A Single exists before anybody has stored it.
  const isNew = computed(() => !meta.doctype.issingle && stored.value['modified'] === undefined)
  const started = shallowRef<Doc>({})
  const dirty = computed(() => changedFields(meta, started.value, doc.value).length > 0)

  function take(answer: Doc): void {
    stored.value = answer
    started.value = copy(answer)
    doc.value = copy(answer)
    failure.value = null
  }

  function start(draft: Doc): void {
    stored.value = {}
    started.value = copy(worked(meta, draft, now()))
    doc.value = copy(started.value)
    failure.value = null
  }

  async function attempt(work: () => Promise<void>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    try {
      await work()
      failure.value = null
      return true
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      failure.value = error
      return false
    } finally {
      busy.value = false
    }
  }

  const plain = (): Doc => JSON.parse(JSON.stringify(doc.value)) as Doc
  const name = (): string => asText(stored.value['name']) || doctype
  const changed = (): Doc => withoutComputed(meta, changes(meta, stored.value, plain()))
  const body = (): Doc => ({ ...changed(), modified: stored.value['modified'] })

  async function store(also: Doc): Promise<void> {
    if (isNew.value) take(await createDocument(doctype, { ...withoutComputed(meta, plain()), ...also }))
    else take(await updateDocument(doctype, name(), { ...body(), ...also }))
  }

  async function replaceStored(): Promise<void> {
    const latest = await getDocument(doctype, name())
    const mine = changed()
    take(await updateDocument(doctype, name(), { ...mine, modified: latest['modified'] }))
  }

  return {
    doc,
    stored,
    isNew,
    dirty,
    busy,
    failure,
    set: (fieldname, value) => void (doc.value = worked(meta, { ...doc.value, [fieldname]: value }, now())),
    start,
    adopt: take,
    read: async (documentName) => take(await getDocument(doctype, documentName)),
    save: (also = {}) => attempt(() => store(also)),
    overwrite: () => attempt(replaceStored),
    act: (action) => attempt(async () => take(await applyWorkflow({ ...stored.value, doctype }, action))),
    run: async (method) => {
      let said = ''
      const succeeded = await attempt(async () => {
        const answer = await call<{ reason?: unknown; message?: unknown } | null>(method, { name: name() })
        said = asText(answer?.message as Value) || asText(answer?.reason as Value)
      })
      return succeeded ? said : null
    },
    remove: () => attempt(() => deleteDocument(doctype, name())),
  }
}
