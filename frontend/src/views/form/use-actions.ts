// Workflow actions from the document's state: the open ones, and why the others are not.
import { computed, shallowRef } from 'vue'
import type { ComputedRef } from 'vue'

import { asText } from '@/api/resource'
import { getActions } from '@/api/workflow'
import type { WorkflowAction } from '@/api/workflow'
import type { Meta } from '@/metadata/doctype'

import type { DocumentModel } from './use-document'

export interface Actions {
  /** Each action once, however many roles of the person open it. */
  open: ComputedRef<WorkflowAction[]>
  /** Each action once: of several rules for one action the first reason is told. */
  closed: ComputedRef<WorkflowAction[]>
  /** Those that need approvals, open or not. */
  approvals: ComputedRef<WorkflowAction[]>
  refresh: () => Promise<void>
}

const wayOf = ({ action, next_state: next }: WorkflowAction): string => `${action}\n${next}`

export function useActions(meta: Meta, model: DocumentModel): Actions {
  const actions = shallowRef<WorkflowAction[]>([])
  const open = computed(() => {
    const ways = new Set<string>()
    return actions.value.filter((entry) => entry.is_open && !ways.has(wayOf(entry)) && ways.add(wayOf(entry)))
  })
  const closed = computed(() => {
    const named = new Set(open.value.map(({ action }) => action))
    return actions.value.filter(({ action }) => !named.has(action) && named.add(action))
  })
  const approvals = computed(() => actions.value.filter((action) => action.approvals.length > 0))

  async function refresh(): Promise<void> {
    if (meta.workflow === null || model.isNew.value) return
    try {
      actions.value = await getActions(meta.doctype.name, asText(model.stored.value['name']))
    } catch {
      // Without the list no action is offered; the document itself can still be worked on.
      actions.value = []
    }
  }

  void refresh()
  return { open, closed, approvals, refresh }
}
