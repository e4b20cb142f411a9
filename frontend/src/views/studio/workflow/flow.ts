// A workflow as it is being shaped: states and transitions with keys of their own, so that a rename keeps what belongs together.
import type { Definition } from '@/api/plans'
import { asText } from '@/api/resource'
import type { Row, Value } from '@/api/resource'

export interface Spot {
  x: number
  y: number
}

export interface FlowState {
  key: string
  /** Its name when the work began; empty for a new one. */
  was: string
  name: string
  /** 0 draft, 1 submitted, 2 cancelled. */
  docStatus: number
  allowEdit: string
  style: string
  updateField: string
  updateValue: string
  /** What else its row says. */
  rest: Row
}

export interface Tier {
  key: string
  tier: number
  role: string
  approvals: number
  condition: string
  escalateAfter: number
  escalateTo: string
  rest: Row
}

export interface FlowTransition {
  key: string
  from: string
  to: string
  action: string
  role: string
  allowSelf: boolean
  approvals: number
  condition: string
  tiers: Tier[]
  rest: Row
}

export interface Flow {
  name: string
  doctype: string
  isActive: boolean
  stateField: string
  states: FlowState[]
  transitions: FlowTransition[]
  /** Where documents of a removed state go: its name to the key of another state. */
  moves: Record<string, string>
  /** Where states stand on the graph, by key; those without a place are laid out. */
  spots: Record<string, Spot>
  rest: Row
  /** The site's version goes: the delivered one is in force again, or none. */
  isRemoved: boolean
}

const rows = (value: Value): Row[] => (Array.isArray(value) ? value : [])
const isOn = (value: Value): boolean => value === 1 || value === '1' || value === true
const number = (value: Value, otherwise: number): number => Number(value ?? '') || otherwise

function without(row: Row, ...known: string[]): Row {
  const place = new Set([...known, 'name', 'doctype', 'parent', 'parentfield', 'parenttype', 'idx', 'owner', 'creation', 'modified', 'modified_by', 'docstatus'])
  return Object.fromEntries(Object.entries(row).filter(([key, value]) => !place.has(key) && value !== null && value !== undefined && value !== ''))
}

const tierOf = (row: Row, key: string): Tier => ({
  key,
  tier: number(row['tier'], 1),
  role: asText(row['role']),
  approvals: number(row['approvals'], 1),
  condition: asText(row['condition']),
  escalateAfter: number(row['escalate_after'], 0),
  escalateTo: asText(row['escalate_to']),
  rest: without(row, 'tier', 'role', 'approvals', 'condition', 'escalate_after', 'escalate_to', 'state', 'action'),
})

const stateOf = (row: Row, key: string): FlowState => ({
  key,
  was: asText(row['state']),
  name: asText(row['state']),
  docStatus: number(row['doc_status'], 0),
  allowEdit: asText(row['allow_edit']),
  style: asText(row['style']),
  updateField: asText(row['update_field']),
  updateValue: asText(row['update_value']),
  rest: without(row, 'state', 'doc_status', 'allow_edit', 'style', 'update_field', 'update_value'),
})

function transitionOf(row: Row, key: string, keys: Map<string, string>, tiers: readonly Row[]): FlowTransition {
  const [state, action] = [asText(row['state']), asText(row['action'])]
  const own = tiers.filter((one) => asText(one['state']) === state && asText(one['action']) === action)
  return {
    key,
    from: keys.get(state) ?? '',
    to: keys.get(asText(row['next_state'])) ?? '',
    action,
    role: asText(row['allowed']),
    allowSelf: row['allow_self_approval'] === undefined || row['allow_self_approval'] === null || isOn(row['allow_self_approval']),
    approvals: number(row['approvals_required'], 1),
    condition: asText(row['condition']),
    tiers: own.map((one, position) => tierOf(one, `${key}.${position}`)),
    rest: without(row, 'state', 'action', 'next_state', 'allowed', 'allow_self_approval', 'approvals_required', 'condition'),
  }
}

/** Places as Frappe's builder keeps them (Workflow.workflow_data: nodes of a graph). */
function spotsOf(value: Value, keys: Map<string, string>): Record<string, Spot> {
  try {
    const nodes: unknown = typeof value === 'string' ? JSON.parse(value) : value
    if (!Array.isArray(nodes)) return {}
    const found = nodes.flatMap((node: { data?: { state?: string }; position?: Spot }) => {
      const key = keys.get(node.data?.state ?? '')
      return key !== undefined && typeof node.position?.x === 'number' && typeof node.position.y === 'number' ? [[key, node.position] as const] : []
    })
    return Object.fromEntries(found)
  } catch {
    return {}
  }
}

/** The workflow of a record. Of a state that Frappe lists twice, once per editing role, the first row counts on the graph. */
export function flowOf(body: Row): Flow {
  const states = rows(body['states']).map((row, position) => stateOf(row, `s${position}`))
  const keys = new Map([...states].reverse().map((one) => [one.name, one.key]))
  const tiers = rows(body['approval_tiers'])
  const mapping = rows(body['state_mapping']).flatMap((row) => {
    const key = keys.get(asText(row['new_state']))
    return key === undefined ? [] : [[asText(row['old_state']), key] as const]
  })
  return {
    name: asText(body['workflow_name']) || asText(body['name']),
    doctype: asText(body['document_type']),
    isActive: isOn(body['is_active']),
    stateField: asText(body['workflow_state_field']) || 'workflow_state',
    states,
    transitions: rows(body['transitions']).map((row, position) => transitionOf(row, `t${position}`, keys, tiers)),
    moves: Object.fromEntries(mapping),
    spots: spotsOf(body['workflow_data'], keys),
    rest: without(body, 'workflow_name', 'document_type', 'is_active', 'workflow_state_field', 'states', 'transitions', 'approval_tiers', 'state_mapping', 'workflow_data'),
    isRemoved: false,
  }
}

/** Names of states that the workflow had when the work began and has no more, with the key of the state they become. */
export function goneStates(flow: Flow, had: readonly string[]): Map<string, string> {
  const names = new Set(flow.states.map((one) => one.name))
  const renamed = new Map(flow.states.filter((one) => one.was !== '').map((one) => [one.was, one.key]))
  const keys = new Set(flow.states.map((one) => one.key))
  const gone = [...new Set([...Object.keys(flow.moves), ...had])].filter((name) => name !== '' && !names.has(name))
  return new Map(gone.map((name) => [name, [renamed.get(name), flow.moves[name]].find((key) => key !== undefined && keys.has(key)) ?? '']))
}

function mappingOf(flow: Flow, had: readonly string[]): Row[] {
  const names = new Map(flow.states.map((one) => [one.key, one.name]))
  return [...goneStates(flow, had)].flatMap(([old_state, key]) => (key === '' ? [] : [{ old_state, new_state: names.get(key)! }]))
}

const filled = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== ''))

function tierRow(one: Tier, state: string, action: string): Row {
  const limit = one.escalateAfter > 0 ? { escalate_after: one.escalateAfter } : {}
  return filled({ ...one.rest, tier: one.tier, state, action, role: one.role, approvals: one.approvals, condition: one.condition, escalate_to: one.escalateTo, ...limit })
}

/** The record of the site's layer; `had` are the states that documents may be in. */
export function bodyOf(flow: Flow, had: readonly string[]): Definition {
  const names = new Map(flow.states.map((one) => [one.key, one.name]))
  const nameOf = (key: string): string => names.get(key) ?? ''
  const mapping = mappingOf(flow, had)
  const places = flow.states.flatMap((one) => (flow.spots[one.key] === undefined ? [] : [{ type: 'state', data: { state: one.name }, position: flow.spots[one.key]! }]))
  return {
    ...flow.rest,
    doctype: 'Workflow',
    name: flow.name,
    workflow_name: flow.name,
    document_type: flow.doctype,
    is_active: flow.isActive ? 1 : 0,
    workflow_state_field: flow.stateField,
    states: flow.states.map((one) =>
      filled({ ...one.rest, state: one.name, doc_status: String(one.docStatus), allow_edit: one.allowEdit, style: one.style, update_field: one.updateField, update_value: one.updateValue }),
    ),
    transitions: flow.transitions.map((one) => ({
      ...filled({ ...one.rest, state: nameOf(one.from), action: one.action, next_state: nameOf(one.to), allowed: one.role, condition: one.condition }),
      allow_self_approval: one.allowSelf ? 1 : 0,
      approvals_required: one.approvals,
    })),
    approval_tiers: flow.transitions.flatMap((one) => one.tiers.map((tier) => tierRow(tier, nameOf(one.from), one.action))),
    ...(mapping.length > 0 ? { state_mapping: mapping } : {}),
    ...(places.length > 0 ? { workflow_data: JSON.stringify(places) } : {}),
  }
}
