import { expect, test } from 'vitest'

import { asText } from '@/api/resource'
import type { Row } from '@/api/resource'

import { addState, addTransition, removeState, setState, setTransition } from './edits'
import { bodyOf, flowOf } from './flow'
import type { Flow } from './flow'
import { rebasedFlow } from './rebase-flow'

const BODY: Row = {
  doctype: 'Workflow', name: '审批', workflow_name: '审批', document_type: 'Quotation', is_active: 1, workflow_state_field: 'workflow_state',
  states: [
    { state: 'Draft', doc_status: '0', allow_edit: 'Sales User' },
    { state: '审核', doc_status: '0', allow_edit: 'All' },
    { state: 'Issued', doc_status: '1', allow_edit: 'All' },
  ],
  transitions: [
    { state: 'Draft', action: 'Send', next_state: '审核', allowed: 'Sales User' },
    { state: '审核', action: 'Approve', next_state: 'Issued', allowed: 'Sales Manager', approvals_required: 2 },
  ],
  approval_tiers: [{ tier: 1, state: '审核', action: 'Approve', role: 'Sales Manager', approvals: 2 }],
}
const before = flowOf(BODY)
const states = (flow: Flow): string[] => flow.states.map((one) => one.name)
const paths = (flow: Flow): unknown[] => {
  const body = bodyOf(flow, [])
  return (body['transitions'] as Row[]).map((row) => `${asText(row['state'])} → ${asText(row['next_state'])}`)
}

test('what each has changed stands, renamed states and their documents included', () => {
  const mine = addTransition(addState(setState(before, 's1', { name: 'Checking' }), 'Lost')[0], 's1', 's3', { action: 'Lose', role: 'All' })[0]
  const theirs = setTransition(addState(before, 'Waiting')[0], 't1', { condition: 'doc.total > 5' })
  const { flow, clashes } = rebasedFlow(before, mine, flowOf(bodyOf(theirs, [])))
  expect(clashes).toEqual([])
  expect(states(flow).sort()).toEqual(['Checking', 'Draft', 'Issued', 'Lost', 'Waiting'])
  expect(flow.states.find((one) => one.name === 'Checking')!.was, 'documents are moved along').toBe('审核')
  expect(flow.states.find((one) => one.name === 'Lost')!.was).toBe('')
  expect(paths(flow).sort()).toEqual(['Checking → Issued', 'Checking → Lost', 'Draft → Checking'])
  const approve = flow.transitions.find((one) => one.action === 'Approve')!
  expect(approve).toMatchObject({ condition: 'doc.total > 5', approvals: 2 })
  expect(approve.tiers).toHaveLength(1)
})

test('what both have changed is named, and one\'s own stands', () => {
  const mine = setTransition(before, 't1', { approvals: 3 })
  const theirs = setTransition(before, 't1', { approvals: 1 })
  const { flow, clashes } = rebasedFlow(before, mine, theirs)
  expect(flow.transitions.find((one) => one.action === 'Approve')!.approvals).toBe(3)
  expect(clashes).toEqual(['审核 · Approve · Sales Manager.approvals_required'])
})

test('a state that they took away goes with its transitions, unless one has changed it', () => {
  const theirs = removeState(before, 's1')
  const gone = rebasedFlow(before, setState(before, 's0', { style: 'Info' }), theirs)
  expect(states(gone.flow)).toEqual(['Draft', 'Issued'])
  expect(paths(gone.flow)).toEqual([])
  const kept = rebasedFlow(before, setState(before, 's1', { style: 'Warning' }), theirs)
  expect(states(kept.flow)).toContain('审核')
  expect(kept.clashes).toEqual(['审核'])
})

test('two ways of the same action, each with its condition, stay two', () => {
  const two = { ...BODY, transitions: [
    { state: 'Draft', action: 'Send', next_state: '审核', allowed: 'Sales User', condition: 'doc.total > 1000' },
    { state: 'Draft', action: 'Send', next_state: 'Issued', allowed: 'Sales User', condition: 'doc.total <= 1000' },
  ] }
  const begun = flowOf(two)
  const { flow, clashes } = rebasedFlow(begun, setTransition(begun, 't1', { condition: 'doc.total <= 500' }), setState(begun, 's0', { style: 'Info' }))
  expect(clashes).toEqual([])
  expect(flow.transitions.map((one) => one.condition)).toEqual(['doc.total > 1000', 'doc.total <= 500'])
  expect(paths(flow)).toEqual(['Draft → 审核', 'Draft → Issued'])
})

test('a state that one took away stays away, and its documents go where one has said', () => {
  const mine = { ...removeState(before, 's1'), moves: { 审核: 's0' } }
  const { flow } = rebasedFlow(before, mine, setState(before, 's0', { style: 'Info' }))
  expect(states(flow)).toEqual(['Draft', 'Issued'])
  expect(flow.moves).toEqual({ 审核: flow.states[0]!.key })
  expect(flow.states[0]!.style).toBe('Info')
})
