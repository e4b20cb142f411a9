// Workflow: the actions from a document's state, taking one, and what waits for the own approval.
import { call, read } from './client'
import type { Doc } from './resource'

/** One step of an approval: the role that gives it, and how far it is. */
export interface Tier {
  tier: number
  role: string
  needed: number
  given: { user: string; on_behalf_of: string }[]
  is_open: 0 | 1
  is_escalated: 0 | 1
  escalate_to: string
}

export interface WorkflowAction {
  action: string
  next_state: string
  is_open: 0 | 1
  /** Why it is not open; empty when it is. */
  reason: string
  approvals: Tier[]
}

export async function getActions(doctype: string, name: string): Promise<WorkflowAction[]> {
  return (await read<{ actions: WorkflowAction[] }>('crm.workflow.actions', { doctype, name })).actions
}

/** `doc` as it was read: its `modified` tells which version is approved. */
export function applyWorkflow(doc: Doc, action: string): Promise<Doc> {
  return call<Doc>('frappe.model.workflow.apply_workflow', { doc, action })
}

export interface Waiting {
  doctype: string
  name: string
  title: string
  action: string
  state: string
}

export function getWaiting(): Promise<Waiting[]> {
  return read<Waiting[]>('crm.workflow.waiting')
}
