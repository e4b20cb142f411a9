// Somebody else changed the workflow meanwhile: one's own changes are brought onto what is in force now.
import { asText } from '@/api/resource'
import type { Row, Value } from '@/api/resource'

import { mergedRow, mergedRows } from '../three-way'
import { bodyOf, flowOf } from './flow'
import type { Flow, FlowState, Spot } from './flow'

export interface RebasedFlow {
  flow: Flow
  /** What both have changed, with the name of its state: one's own stands. */
  clashes: string[]
}

/** What tells the rows of each list of the record apart. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  states: ['state'],
  transitions: ['state', 'action', 'allowed'],
  approval_tiers: ['state', 'action', 'tier', 'role'],
}
/** What is carried over by the names of states. */
const BY_STATE = ['workflow_data', 'state_mapping']

const rows = (value: Value): Row[] => (Array.isArray(value) ? value : [])
const firstName = (state: FlowState): string => (state.was === '' ? state.name : state.was)

/** The changes from `before` to `mine`, made to `fresh` instead. */
export function rebasedFlow(before: Flow, mine: Flow, fresh: Flow): RebasedFlow {
  const clashes: string[] = []
  const bodies = [before, withFirstNames(mine), fresh].map((flow) => bodyOf(flow, [])) as [Row, Row, Row]
  const [base, own, theirs] = bodies.map(withoutLists) as [Row, Row, Row]
  const body = mergedRow(base, own, theirs, '', clashes)
  for (const [list, keys] of Object.entries(LISTS)) {
    const nameOf = (row: Row): string => keys.map((key) => asText(row[key])).join(' · ')
    const [was, is, now] = bodies.map((one) => rows(one[list])) as [Row[], Row[], Row[]]
    body[list] = mergedRows(was, is, now, nameOf, clashes)
  }
  return { flow: withOwn(flowOf(withoutStrays(body)), mine, fresh), clashes }
}

/** As if no state had been renamed: the names are given again in the end. */
function withFirstNames(flow: Flow): Flow {
  return { ...flow, states: flow.states.map((one) => ({ ...one, name: firstName(one) })) }
}

function withoutLists(body: Row): Row {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !(key in LISTS) && !BY_STATE.includes(key)))
}

/** A transition goes with its state, whoever of the two took it away. */
function withoutStrays(body: Row): Row {
  const names = new Set(rows(body['states']).map((row) => row['state']))
  const stays = (row: Row): boolean => names.has(row['state']) && (row['next_state'] === undefined || names.has(row['next_state']))
  return { ...body, transitions: rows(body['transitions']).filter(stays), approval_tiers: rows(body['approval_tiers']).filter(stays) }
}

/** The names that one has given to states, where states stand, and where documents of those that go are moved to. */
function withOwn(flow: Flow, mine: Flow, fresh: Flow): Flow {
  const keyed = new Map(flow.states.map((one) => [one.name, one.key]))
  const there = new Set(fresh.states.map((one) => one.name))
  const renamed = new Map(mine.states.map((one) => [firstName(one), one.name]))
  const byName = <T>(from: Flow, values: Record<string, T>): [string, T][] =>
    from.states.flatMap((one) => (one.key in values && keyed.has(firstName(one)) ? [[keyed.get(firstName(one))!, values[one.key]!] as [string, T]] : []))
  const moves = [fresh, mine].flatMap((from) => {
    const names = new Map(from.states.map((one) => [one.key, firstName(one)]))
    return Object.entries(from.moves).flatMap(([gone, key]) => (keyed.has(names.get(key) ?? '') ? [[gone, keyed.get(names.get(key)!)!] as const] : []))
  })
  return {
    ...flow,
    states: flow.states.map((one) => ({ ...one, was: there.has(one.name) ? one.name : '', name: renamed.get(one.name) ?? one.name })),
    spots: Object.fromEntries<Spot>([...byName(fresh, fresh.spots), ...byName(mine, mine.spots)]),
    moves: Object.fromEntries(moves),
  }
}
