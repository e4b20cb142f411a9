// Automation rules: those of the site at a glance, a test run without effect, and the log of their runs.
import { call, read } from './client'
import { listDocuments } from './resource'
import type { ApiFilter, Row } from './resource'

export interface RuleEntry {
  /** Automation Rule, Notification or Assignment Rule. */
  doctype: string
  name: string
  document_type: string | null
  when: string | null
  enabled: boolean
  priority: number
  /** Id of the pack that brings it; empty for a rule of the site. */
  pack: string
  /** Entries of the log, without those whose condition did not hold. */
  runs: number
  failed: number
  last: string | null
  /** Why it cannot work; empty when it can. */
  fault: string
}

export interface RuleOverview {
  rules: RuleEntry[]
  /** Bounds of loop protection, and for how many days the log is kept. */
  limits: { steps: number; runs_per_minute: number; days_kept: number }
}

export interface Trial {
  /** Whether the rule waits for this change; null: only the clock sets it off. */
  set_off: boolean | null
  matched: boolean
  reason: string
  error: string
  effects: string[]
  faults: string[]
}

export function getRules(): Promise<RuleOverview> {
  return read<RuleOverview>('crm.automation.rules')
}

/** What the rule would do if somebody saved the document `name` with `changes`. */
export function tryRule(rule: Row, name: string, changes: Record<string, unknown>): Promise<Trial> {
  return call<Trial>('crm.automation.test', { rule, name, changes })
}

const LOGGED = ['name', 'creation', 'event', 'result', 'document_type', 'document_name', 'user', 'revision', 'duration', 'reason', 'done', 'error', 'causes']

/** Runs of a rule, the newest first; with `result` only those that ended so. */
export function listRuns(rule: string, result: string, length: number): Promise<Row[]> {
  const filters: ApiFilter[] = [['rule_type', '=', 'Automation Rule'], ['rule', '=', rule], ...(result === '' ? [] : [['result', '=', result] as ApiFilter])]
  return listDocuments('Automation Log', { fields: LOGGED, filters, order_by: 'creation desc, name desc', limit_page_length: length })
}
