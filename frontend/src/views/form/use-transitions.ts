// Workflow actions that the signed-in person may take on this document now.
import { ref } from 'vue'
import type { Ref } from 'vue'

import { getTransitions } from '@/api/desk'
import type { Transition } from '@/api/desk'
import type { Meta } from '@/metadata/doctype'

import type { DocumentModel } from './use-document'

export interface Transitions {
  transitions: Ref<Transition[]>
  refresh: () => Promise<void>
}

export function useTransitions(meta: Meta, model: DocumentModel): Transitions {
  const transitions = ref<Transition[]>([])

  async function refresh(): Promise<void> {
    if (meta.workflow === null || model.isNew.value) return
    try {
      transitions.value = await getTransitions({ ...model.stored.value, doctype: meta.doctype.name })
    } catch {
      // Without the list no action is offered; the document itself can still be worked on.
      transitions.value = []
    }
  }

  void refresh()
  return { transitions, refresh }
}
