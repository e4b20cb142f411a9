// Changing definitions: what a draft would do, making it live, the history of plans, taking one back.
import { call, read } from './client'
import type { Row } from './resource'

/** A definition or record as in a file: its `doctype` and `name` with its properties. */
export type Definition = Row
/** [kind, name] of a definition of the site that goes. */
export type Key = [string, string]

export interface Draft {
  definitions: readonly Definition[]
  removed: readonly Key[]
  /** The newest plan when the work began: what others did since then to the same definitions is not overwritten. */
  as_of?: number | undefined
}

export interface Step {
  action: string
  doctype: string
  fieldname: string
  /** "lossy" gives something up and needs a word of agreement. */
  risk: 'safe' | 'backfill' | 'lossy'
  message: string
}

export interface Forecast extends Step {
  rows: number | null
  seconds: number | null
  basis: string
}

/** Somebody else changed what the draft writes. */
export const OVERTAKEN = 'TimestampMismatchError'

export interface Problem {
  id: string
  level: 'error' | 'warning'
  doctype: string
  fieldname: string
  message: string
  remedy: string
}

/** One difference of the definitions. */
export interface DefinitionChange {
  action: 'added' | 'changed' | 'removed'
  part: 'DocType' | 'field' | 'property' | 'permission' | 'workflow'
  doctype: string
  fieldname: string
  property: string
  before: unknown
  after: unknown
}

export interface Preview {
  changes: DefinitionChange[]
  steps: Forecast[]
  records: Row[]
  /** Records that the draft takes away. */
  removed: Row[]
  /** Seconds for which nobody can save. */
  writers_wait: number
  /** Seconds until it is live: most of it is prepared beside the work, which takes longer than at once. */
  lasts: number
  problems: Problem[]
}

export interface Plan {
  plan: number
  title: string
  origin: string
  applied_at: string
  user: string
  rolled_back_at: string | null
  rolled_back_by: string | null
}

export interface PlanDetail extends Plan {
  changes: DefinitionChange[]
  steps: Step[]
  definitions: { doctype: string; name: string; before: Row | null; after: Row | null }[]
}

export interface Applied {
  /** Null when nothing changed, or when a job does it. */
  plan: number | null
  job: string | null
}

/** `measured` carries the steps out on a copy: seconds are then measured, not estimated. */
export function previewDraft(draft: Draft, measured = false): Promise<Preview> {
  return call<Preview>('crm.plan.preview', { ...draft, measured })
}

/** `at` is a moment to come, in the site's time zone: a job does it then. */
export function applyDraft(draft: Draft, title: string, acceptLossy: boolean, at = ''): Promise<Applied> {
  return call<Applied>('crm.plan.apply', { ...draft, title, accept_lossy: acceptLossy, at })
}

/** A plan that a job applies, or takes back, later or now. */
export interface WaitingPlan {
  id: string
  state: 'queued' | 'running' | 'failed'
  title: string
  user: string
  due: string | null
  error: string | null
  /** The plan that it takes back. */
  plan: number | null
}

export function listWaiting(): Promise<WaitingPlan[]> {
  return read<WaitingPlan[]>('crm.plan.waiting')
}

export function listPlans(limit: number): Promise<Plan[]> {
  return read<Plan[]>('crm.plan.history', { limit })
}

export function getPlan(plan: number): Promise<PlanDetail> {
  return read<PlanDetail>('crm.plan.get', { plan })
}

export interface TakenBack {
  plan: number
  title: string
  /** What could not be taken back, and why. */
  kept: string[]
}

/** Takes a plan back, and before it all newer ones; a long one is done by a job with the same result. */
export function rollBack(plan: number): Promise<{ taken: TakenBack[]; job: string | null }> {
  return call<{ taken: TakenBack[]; job: string | null }>('crm.plan.rollback', { plan })
}
