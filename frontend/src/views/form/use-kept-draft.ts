// Unsaved changes are kept in this browser until they are saved or dropped: a reload or a crash loses no typing.
import type { Doc, Value } from '@/api/resource'
import type { Meta } from '@/metadata/doctype'
import { recall } from '@/shared/storage'
import { useKept } from '@/shared/use-kept'

import type { DocumentModel } from './use-document'

export interface KeptDraft {
  changes: Doc
  /** The version that they were made on; null for a new document. */
  modified: string | null
  /** When they were kept, in milliseconds of this machine. */
  at: number
}

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
  const draft = (): KeptDraft => ({ changes: withoutSecrets(meta, model.unsaved()), modified: textOf(model.since.value), at: Date.now() })
  return useKept(key, { changed: [model.doc, model.dirty], differs: () => model.dirty.value, text: () => JSON.stringify(draft()) })
}
