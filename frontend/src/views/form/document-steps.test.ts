import { expect, test } from 'vitest'

import type { Meta } from '@/metadata/doctype'

import { dueStep } from './document-steps'

const meta = (submittable: 0 | 1, workflow: Meta['workflow'] = null): Meta => ({ doctype: { name: 'Paper', fields: [], is_submittable: submittable }, workflow }) as unknown as Meta
const flow = { state_field: 'state', states: [] }

test.each([
  [0, 'submit'],
  [1, 'cancel'],
  [2, 'amend'],
])('a submittable document of status %i is due to %s', (status, step) => {
  expect(dueStep(meta(1), status)).toBe(step)
})

test('nothing is due where a document is not submittable', () => {
  expect([0, 1, 2].map((status) => dueStep(meta(0), status))).toEqual([null, null, null])
})

test('a workflow submits and cancels by its own actions', () => {
  expect([0, 1, 2].map((status) => dueStep(meta(1, flow), status))).toEqual([null, null, 'amend'])
})
