// Why a field has its value, and why something is allowed or not.
import { read } from './client'
import type { Value } from './resource'

export interface Filling {
  property: string
  says: unknown
  layer: string
  version: string
}

export interface ValueChange {
  before: Value
  after: Value
  user: string
  time: string
  set_by: { pack: string; version: string; source: string } | null
}

/** What a rule or the workflow decided, with its reason. */
export interface Decision {
  sentence: string
  time: string
}

export interface ValueExplanation {
  filled_by: Filling[]
  /** The hook or rule that set the value, as a sentence; null when a person did, or the definition alone. */
  set_by: { sentence: string; time: string } | null
  /** Hooks of packs that may set fields in each save. */
  hooks: { pack: string; version: string; source: string }[]
  decided_by: Decision[]
  changes: ValueChange[]
  created: { user: string; time: string }
}

export function explainValue(doctype: string, name: string, fieldname: string): Promise<ValueExplanation> {
  return read<ValueExplanation>('crm.explain.value', { doctype, name, fieldname })
}

export interface AccessReason {
  kind: string
  message: string
  layer: string
  verdict: boolean
  values: Record<string, string>
}

export interface AccessExplanation {
  user: string
  allowed: boolean
  reasons: AccessReason[]
  /** The smallest sets of changed rights that would turn the answer round, as sentences. */
  changes: string[][]
}

export interface AccessQuestion {
  doctype: string
  action: string
  name?: string
  field?: string
  /** Somebody else, whom only administrators may ask about. */
  user?: string
}

export function explainAccess(question: AccessQuestion): Promise<AccessExplanation> {
  return read<AccessExplanation>('crm.access.explain', { ...question })
}
