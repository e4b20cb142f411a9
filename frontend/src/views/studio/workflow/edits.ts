// What a person does to a workflow, each step giving a new one.
import type { Flow, FlowState, FlowTransition, Tier } from './flow'

/** A key that none of `taken` has. */
function freshKey(letter: string, taken: readonly { key: string }[]): string {
  const used = new Set(taken.map((one) => one.key))
  let count = taken.length
  while (used.has(`${letter}${count}`)) count += 1
  return `${letter}${count}`
}

/** A name that no state has: "Approved", "Approved 2"… */
function freeName(flow: Flow, wanted: string): string {
  const names = new Set(flow.states.map((one) => one.name))
  let name = wanted
  for (let count = 2; names.has(name); count += 1) name = `${wanted} ${count}`
  return name
}

export function newFlow(name: string, doctype: string): Flow {
  return { name, doctype, isActive: true, stateField: 'workflow_state', states: [], transitions: [], moves: {}, spots: {}, rest: {}, isRemoved: false }
}

/** Adds a state; a new one may be edited by everybody. */
export function addState(flow: Flow, name: string, more: Partial<FlowState> = {}): [Flow, string] {
  const key = freshKey('s', flow.states)
  const state: FlowState = { key, was: '', name: freeName(flow, name), docStatus: 0, allowEdit: 'All', style: '', updateField: '', updateValue: '', rest: {}, ...more }
  return [{ ...flow, states: [...flow.states, state] }, key]
}

export function setState(flow: Flow, key: string, change: Partial<FlowState>): Flow {
  return { ...flow, states: flow.states.map((one) => (one.key === key ? { ...one, ...change } : one)) }
}

/** Removes a state with its transitions. */
export function removeState(flow: Flow, key: string): Flow {
  const spots = Object.fromEntries(Object.entries(flow.spots).filter(([one]) => one !== key))
  const moves = Object.fromEntries(Object.entries(flow.moves).filter(([, target]) => target !== key))
  return {
    ...flow,
    states: flow.states.filter((one) => one.key !== key),
    transitions: flow.transitions.filter((one) => one.from !== key && one.to !== key),
    spots,
    moves,
  }
}

/** The first state is that of a new document. */
export function makeFirst(flow: Flow, key: string): Flow {
  const first = flow.states.filter((one) => one.key === key)
  return { ...flow, states: [...first, ...flow.states.filter((one) => one.key !== key)] }
}

export function addTransition(flow: Flow, from: string, to: string, more: Partial<FlowTransition> = {}): [Flow, string] {
  const key = freshKey('t', flow.transitions)
  const one: FlowTransition = { key, from, to, action: '', role: '', allowSelf: true, approvals: 1, condition: '', tiers: [], rest: {}, ...more }
  return [{ ...flow, transitions: [...flow.transitions, one] }, key]
}

export function setTransition(flow: Flow, key: string, change: Partial<FlowTransition>): Flow {
  return { ...flow, transitions: flow.transitions.map((one) => (one.key === key ? { ...one, ...change } : one)) }
}

export function removeTransition(flow: Flow, key: string): Flow {
  return { ...flow, transitions: flow.transitions.filter((one) => one.key !== key) }
}

/** Adds a tier behind the others; with the number of the last one it stands beside it. */
export function addTier(flow: Flow, transition: FlowTransition, isBeside: boolean): Flow {
  const last = Math.max(0, ...transition.tiers.map((one) => one.tier))
  const tier: Tier = {
    key: freshKey(`${transition.key}.`, transition.tiers),
    tier: isBeside ? Math.max(1, last) : last + 1,
    role: transition.role,
    approvals: 1,
    condition: '',
    escalateAfter: 0,
    escalateTo: '',
    rest: {},
  }
  return setTransition(flow, transition.key, { tiers: [...transition.tiers, tier] })
}

export function setTier(flow: Flow, transition: FlowTransition, key: string, change: Partial<Tier>): Flow {
  return setTransition(flow, transition.key, { tiers: transition.tiers.map((one) => (one.key === key ? { ...one, ...change } : one)) })
}

export function removeTier(flow: Flow, transition: FlowTransition, key: string): Flow {
  return setTransition(flow, transition.key, { tiers: transition.tiers.filter((one) => one.key !== key) })
}
