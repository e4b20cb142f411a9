// Lays kept changes over a document that was opened again, and tells about it.
import { ref } from 'vue'
import type { Ref } from 'vue'

import type { Doc } from '@/api/resource'
import { useSession } from '@/api/session'
import type { Meta } from '@/metadata/doctype'
import { formatDatetime, nowIn } from '@/shared/dates'
import { t } from '@/shared/i18n'

import type { DocumentModel } from './use-document'
import { draftKey, keptDraft, useKeptDraft } from './use-kept-draft'

export interface Resumed {
  /** What to tell about changes that came back; null when there were none. */
  told: Ref<string | null>
  /** Goes back to the document as it was opened. */
  drop: () => void
  /** Keeps nothing any more. */
  forget: () => void
}

/** `opened`: the document as the form got it, `name` its name in the address. What another form handed over counts more than what was kept. */
export function useResumed(meta: Meta, model: DocumentModel, name: string, opened: Doc, isHandedOver: boolean): Resumed {
  const { boot } = useSession()
  const key = draftKey(boot.user, meta.doctype.name, name)
  const kept = keptDraft(key)
  const told = ref<string | null>(null)
  const forget = useKeptDraft(meta, model, key)

  if (kept !== null && !isHandedOver) {
    const isOlder = !model.isNew.value && kept.modified !== (opened['modified'] ?? null)
    const time = formatDatetime(nowIn(boot.time_zone, new Date(kept.at)))
    model.resume(kept.changes, model.isNew.value ? undefined : kept.modified)
    told.value = isOlder
      ? t('Your unsaved changes of {time} are back. The document was stored by somebody since: saving lets you compare.', { time })
      : t('Your unsaved changes of {time} are back.', { time })
  }

  function drop(): void {
    forget()
    told.value = null
    if (model.isNew.value) model.start(opened)
    else model.adopt(opened)
  }

  return { told, drop, forget }
}
