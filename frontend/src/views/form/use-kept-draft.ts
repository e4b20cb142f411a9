// Unsaved changes are kept in this browser until they are saved or dropped: a reload or a crash loses no typing.
import { onScopeDispose, watch } from 'vue'

import type { Doc, Value } from '@/api/resource'
import type { Meta } from '@/metadata/doctype'
import { forget, recall, remember } from '@/shared/storage'

import type { DocumentModel } from './use-document'

export interface KeptDraft {
  changes: Doc
  /** The version that they were made on; null for a new document. */
  modified: string | null
  /** When they were kept, in milliseconds of this machine. */
  at: number
}

const WAIT = 400
const LONGEST = 500_000

export const draftKey = (user: string, doctype: string, name: string): string => `unsaved:${user}:${doctype}:${name}`

export function keptDraft(key: string): KeptDraft | null {
  const text = recall(key)
  if (text === null) return null
  try {
    const draft = JSON.parse(text) as KeptDraft
    return typeof draft.changes === 'object' && typeof draft.at === 'number' ? draft : null
  } catch {
    return null
  }
}

/** Secrets are typed anew: they are not written anywhere. */
function withoutSecrets(meta: Meta, changes: Doc): Doc {
  const secret = new Set(meta.doctype.fields.filter((field) => field.fieldtype === 'Password').map((field) => field.fieldname))
  return Object.fromEntries(Object.entries(changes).filter(([fieldname]) => !secret.has(fieldname)))
}

const textOf = (value: Value): string | null => (typeof value === 'string' ? value : null)

/** `key` names the document as it was opened; answers a function that drops what is kept. */
export function useKeptDraft(meta: Meta, model: DocumentModel, key: string): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined

  function keep(): void {
    clearTimeout(waiting)
    if (!model.dirty.value) {
      forget(key)
      return
    }
    const draft: KeptDraft = { changes: withoutSecrets(meta, model.unsaved()), modified: textOf(model.since.value), at: Date.now() }
    const text = JSON.stringify(draft)
    if (text.length <= LONGEST) remember(key, text)
  }

  watch([model.doc, model.dirty], () => {
    clearTimeout(waiting)
    if (model.dirty.value) waiting = setTimeout(keep, WAIT)
    else forget(key)
  })
  window.addEventListener('pagehide', keep)
  onScopeDispose(() => {
    window.removeEventListener('pagehide', keep)
    clearTimeout(waiting)
  })
  return () => {
    clearTimeout(waiting)
    forget(key)
  }
}
