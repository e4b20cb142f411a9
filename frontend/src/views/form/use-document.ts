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

import { packAnswer } from './pack-answer'
import type { PackAnswer } from './pack-answer'

export interface DocumentModel {
  doc: ShallowRef<Doc>
  /** The document as the server last gave it. */
  stored: ShallowRef<Doc>
  isNew: ComputedRef<boolean>
  dirty: ComputedRef<boolean>
  busy: Ref<boolean>
  failure: ShallowRef<ApiError | null>
  set: (fieldname: string, value: Value) => void
  start: (draft: Doc) => void
  adopt: (answer: Doc) => void
  /** Lays changes over the document that were made on the version of the time `modified`. */
  resume: (changes: Doc, modified: Value) => void
  /** What was changed and not stored yet. */
  unsaved: () => Doc
  /** The version that the changes were made on; undefined for a new document. */
  since: ShallowRef<Value>
  read: (name: string) => Promise<void>
  /** Each of these answers whether it succeeded; what went wrong stands in `failure`. */
  save: (also?: Doc) => Promise<boolean>
  act: (action: string) => Promise<boolean>
  /** Calls a method of a pack with the document's name and what goes with it; null when it failed. */
  run: (method: string, more?: Record<string, string>) => Promise<PackAnswer | null>
  remove: () => Promise<boolean>
}

/** `now` tells the site's present time, for formulas that ask for it. */
export function useDocument(meta: Meta, now: () => string = () => ''): DocumentModel {
  const doctype = meta.doctype.name
  // Documents are replaced, never changed in place: what did not change keeps its identity, also the rows of large tables.
  const doc = shallowRef<Doc>({})
  const stored = shallowRef<Doc>({})
  const busy = ref(false)
  const failure = shallowRef<ApiError | null>(null)
  // A Single exists before anybody has stored it.
  const isNew = computed(() => !meta.doctype.issingle && stored.value['modified'] === undefined)
  const started = shallowRef<Doc>({})
  /** The version that the changes were made on. */
  const since = shallowRef<Value>()
  const dirty = computed(() => changedFields(meta, started.value, doc.value).length > 0)

  function take(answer: Doc): void {
    stored.value = answer
    started.value = answer
    doc.value = answer
    since.value = answer['modified']
    failure.value = null
  }

  function start(draft: Doc): void {
    stored.value = {}
    started.value = worked(meta, draft, now())
    doc.value = started.value
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
  const body = (): Doc => ({ ...changed(), modified: since.value })

  function resume(made: Doc, modified: Value): void {
    doc.value = worked(meta, { ...doc.value, ...made }, now())
    since.value = modified
  }

  async function store(also: Doc): Promise<void> {
    const sent = doc.value
    const answer = isNew.value
      ? await createDocument(doctype, { ...withoutComputed(meta, plain()), ...also })
      : await updateDocument(doctype, name(), { ...body(), ...also })
    // On a slow network people go on typing: what they changed meanwhile stays, unsaved.
    const meanwhile = withoutComputed(meta, changes(meta, sent, doc.value))
    take(answer)
    if (Object.keys(meanwhile).length > 0) resume(meanwhile, answer['modified'])
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
    resume,
    unsaved: () => withoutComputed(meta, changes(meta, started.value, plain())),
    since,
    read: async (documentName) => take(await getDocument(doctype, documentName)),
    save: (also = {}) => attempt(() => store(also)),
    act: (action) => attempt(async () => take(await applyWorkflow({ ...stored.value, doctype }, action))),
    run: async (method, more = {}) => {
      let answer: unknown = null
      const succeeded = await attempt(async () => void (answer = await call<unknown>(method, { ...more, name: name() })))
      return succeeded ? packAnswer(answer) : null
    },
    remove: () => attempt(() => deleteDocument(doctype, name())),
  }
}
