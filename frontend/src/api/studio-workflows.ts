// Workflows for those who shape them: which there are, what they are made of, their faults, a try on past documents.
import { call, read } from './client'
import type { Definition } from './plans'
import type { Row } from './resource'

export interface WorkflowEntry {
  name: string
  label: string
  doctype: string
  doctype_label: string
  /** "core", "site", or the id of a pack. */
  layer: string
  /** The layer below, where the site has its own version. */
  delivered_layer: string | null
  is_active: 0 | 1
  is_in_force: 0 | 1
  states: number
}

export interface StudiedWorkflow extends WorkflowEntry {
  body: Row
  delivered: Row | null
  /** The newest plan of the site when it was read. */
  as_of: number
}

export interface GroundField {
  fieldname: string
  fieldtype: string
  label: string
  options: string
}

export interface StateRule {
  name: string
  workflow_state: string
  enabled: 0 | 1
  actions: string[]
}

/** What a workflow of one DocType can be made of. */
export interface Ground {
  doctype: string
  label: string
  is_submittable: 0 | 1
  /** Name of the workflow in force. */
  in_force: string | null
  fields: GroundField[]
  roles: string[]
  states: { name: string; style: string | null }[]
  actions: string[]
  /** Roles, states and actions in the caller's language. */
  labels: Record<string, string>
  /** Documents in each state of the workflow in force, counted up to 1001. */
  used: Record<string, number>
  rules: StateRule[]
  /** The site's active workflows of the DocType, switched off: goes into a draft that puts another in force. */
  others: Definition[]
}

export interface WorkflowProblem {
  id: string
  level: 'error' | 'warning'
  fieldname: string
  message: string
  remedy: string
  state: string | null
  action: string | null
  next: string | null
  /** Number of the row among transitions or tiers, from 1. */
  row: number | null
}

export interface Way {
  action: string
  next: string
  users: string[]
  reason: string
}

export interface PastStep {
  state: string
  next: string
  user: string
  at: string
  reason: string
}

export interface Tried {
  name: string
  title: string
  before: string
  state: string
  placing: 'kept' | 'mapped' | 'first' | 'none'
  outcome: 'open' | 'end' | 'stuck'
  ways: Way[]
  past: PastStep[]
}

export interface Simulation {
  documents: Tried[]
  outcomes: Partial<Record<Tried['outcome'], number>>
}

export function listWorkflows(): Promise<WorkflowEntry[]> {
  return read<WorkflowEntry[]>('crm.studio.workflows')
}

export function studyWorkflow(name: string): Promise<StudiedWorkflow> {
  return read<StudiedWorkflow>('crm.studio.workflow', { name })
}

export function workflowGround(doctype: string): Promise<Ground> {
  return read<Ground>('crm.studio.workflow_ground', { doctype })
}

export function checkWorkflow(workflow: Definition): Promise<WorkflowProblem[]> {
  return call<WorkflowProblem[]>('crm.studio.check_workflow', { workflow })
}

/** Tries a workflow on the documents that changed last. */
export function simulateWorkflow(workflow: Definition, limit: number): Promise<Simulation> {
  return call<Simulation>('crm.studio.simulate_workflow', { workflow, limit })
}
