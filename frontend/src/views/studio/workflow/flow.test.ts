import { describe, expect, it } from 'vitest'

import type { Row } from '@/api/resource'
import type { Ground } from '@/api/studio-workflows'

import { draftOf, statesBefore } from './draft'
import { addState, addTier, addTransition, makeFirst, newFlow, removeState, setState } from './edits'
import { bodyOf, flowOf, goneStates } from './flow'
import { sortProblems, worst } from './problems'

const BODY: Row = {
  doctype: 'Workflow',
  name: '审批',
  workflow_name: '审批',
  document_type: 'Quotation',
  is_active: 1,
  workflow_state_field: 'workflow_state',
  send_email_alert: 1,
  states: [
    { state: 'Draft', doc_status: '0', allow_edit: 'Sales User' },
    { state: '审核', doc_status: '0', allow_edit: 'All', message: 'Look' },
    { state: 'Issued', doc_status: '1', allow_edit: 'All', update_field: 'status', update_value: 'Open' },
  ],
  transitions: [
    { state: 'Draft', action: 'Send', next_state: '审核', allowed: 'Sales User', allow_self_approval: 1, approvals_required: 1 },
    { state: '审核', action: 'Approve', next_state: 'Issued', allowed: 'Sales Manager', condition: 'doc.total > 1', allow_self_approval: 0, approvals_required: 2 },
  ],
  approval_tiers: [{ tier: 1, state: '审核', action: 'Approve', role: 'Sales Manager', approvals: 2, escalate_after: 4, escalate_to: 'System Manager' }],
}
const HAD = ['Draft', '审核', 'Issued']
const GROUND: Ground = {
  doctype: 'Quotation', label: 'Quotation', is_submittable: 1, in_force: '审批', fields: [], roles: [], rules: [], labels: {},
  states: HAD.map((name) => ({ name, style: '' })), actions: ['Send', 'Approve'], used: { Draft: 1, 审核: 2, Issued: 0 },
  others: [{ doctype: 'Workflow', name: 'Other', is_active: 0 }],
}

describe('a workflow as it is shaped', () => {
  it('gives back the record that it was made of', () => {
    const body = bodyOf(flowOf(BODY), HAD)
    expect(body).toMatchObject(BODY)
    expect(bodyOf(flowOf(body), HAD)).toEqual(body)
  })

  it('writes nothing while nothing has changed, and the whole record after', () => {
    const flow = flowOf(BODY)
    expect(draftOf(flow, flowOf(BODY), HAD, GROUND)).toEqual({ definitions: [], removed: [] })
    const changed = setState(flow, 's1', { style: 'Warning' })
    expect(draftOf(changed, flow, HAD, GROUND).definitions.map((one) => one['name'])).toEqual(['Other', '审批'])
    expect(draftOf({ ...changed, isActive: false }, flow, HAD, GROUND).definitions).toHaveLength(1)
    expect(draftOf({ ...flow, isRemoved: true }, flow, HAD, GROUND)).toEqual({ definitions: [], removed: [['Workflow', '审批']] })
  })

  it('brings the names of new states and actions along', () => {
    const [flow] = addTransition(setState(flowOf(BODY), 's1', { name: 'Checking', style: 'Info' }), 's1', 's0', { action: 'Return' })
    const names = draftOf(flow, null, HAD, GROUND).definitions.map((one) => [one['doctype'], one['name'], one['style']])
    expect(names.slice(0, 2)).toEqual([['Workflow State', 'Checking', 'Info'], ['Workflow Action Master', 'Return', undefined]])
  })

  it('moves documents of a renamed state, and asks about those of a removed one', () => {
    const renamed = setState(flowOf(BODY), 's1', { name: 'Checking' })
    expect(bodyOf(renamed, HAD)['state_mapping']).toEqual([{ old_state: '审核', new_state: 'Checking' }])
    expect(bodyOf(renamed, HAD)['approval_tiers']).toMatchObject([{ state: 'Checking', action: 'Approve' }])
    const removed = removeState(flowOf(BODY), 's1')
    expect([...goneStates(removed, HAD)]).toEqual([['审核', '']])
    expect(bodyOf(removed, HAD)['state_mapping']).toBeUndefined()
    expect(removed.transitions).toEqual([])
    expect(bodyOf({ ...removed, moves: { 审核: 's0' } }, HAD)['state_mapping']).toEqual([{ old_state: '审核', new_state: 'Draft' }])
    expect(goneStates(removeState({ ...removed, moves: { 审核: 's0' } }, 's0'), HAD).get('审核')).toBe('')
  })

  it('knows the states of the workflow in force and its own', () => {
    expect(statesBefore({ states: [{ state: 'New' }] }, GROUND)).toEqual([...HAD, 'New'])
  })

  it('keeps where a state was put, by its name', () => {
    const put = { ...flowOf(BODY), spots: { s1: { x: 7, y: 9 } } }
    expect(flowOf(bodyOf(put, HAD)).spots).toEqual({ s1: { x: 7, y: 9 } })
    expect(flowOf({ ...BODY, workflow_data: '[{"position": 1}, {' }).spots).toEqual({})
  })
})

describe('steps of shaping', () => {
  it('adds states with names and keys of their own', () => {
    const [one, first] = addState(newFlow('Rental', 'Equipment'), 'State')
    const [two, second] = addState(one, 'State')
    expect(two.states.map((state) => state.name)).toEqual(['State', 'State 2'])
    const [again, third] = addState(removeState(two, first), 'State')
    expect(new Set([second, third]).size).toBe(2)
    expect(makeFirst(again, third).states[0]!.key).toBe(third)
  })

  it('puts a tier after the others or beside the last', () => {
    const flow = flowOf(BODY)
    const after = addTier(flow, flow.transitions[1]!, false)
    expect(after.transitions[1]!.tiers.map((one) => [one.tier, one.role])).toEqual([[1, 'Sales Manager'], [2, 'Sales Manager']])
    expect(addTier(after, after.transitions[1]!, true).transitions[1]!.tiers.map((one) => one.tier)).toEqual([1, 2, 2])
  })
})

describe('faults', () => {
  const fault = { id: 'D805', level: 'warning' as const, fieldname: '', message: '', remedy: '', state: null, action: null, next: null, row: null }

  it('stand at the state or transition that they are about', () => {
    const flow = flowOf(BODY)
    const sorted = sortProblems(flow, [
      { ...fault, state: '审核' },
      { ...fault, level: 'error', state: '审核', action: 'Approve' },
      { ...fault, id: 'D801' },
      { ...fault, state: 'Gone' },
    ])
    expect([...sorted.at.keys()]).toEqual(['s1', 't1'])
    expect([worst(sorted.at.get('s1')), worst(sorted.at.get('t1')), worst(undefined)]).toEqual(['warning', 'error', null])
    expect(sorted.other).toHaveLength(2)
  })
})
