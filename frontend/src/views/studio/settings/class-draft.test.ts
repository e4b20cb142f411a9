import { expect, test } from 'vitest'

import type { ClassifiedField } from '@/api/settings'
import type { Studied } from '@/api/studio'

import { classDraft, takenOver, withClass } from './class-draft'

const phone: ClassifiedField = { doctype: 'Contact', label: '联系人', fieldname: 'phone', field_label: '电话', sensitivity: 'Personal', retention_days: 0, layer: 'core' }

const studied = (more = {}): Studied => ({
  doctype: { name: 'Contact', fields: [{ fieldname: 'phone', fieldtype: 'Data', label: 'Phone', sensitivity: 'Personal', ...more }] },
  labels: {}, layer: 'core', own: null, layers: {}, provenance: {}, custom_fields: [], setters: [], permissions: [], as_of: 9,
})

test('a class is changed by Property Setters, and an edit that is taken back is none', async () => {
  const edits = withClass(withClass({}, phone, { sensitivity: 'Confidential' }), phone, { retention_days: 365 })
  const draft = await classDraft(edits, 3, () => Promise.resolve(studied()))
  const said = draft.definitions.map((one) => [one['property'], one['property_type'], one['value']])
  expect(said).toEqual([['sensitivity', 'Select', 'Confidential'], ['retention_days', 'Int', '365']])
  expect(withClass(withClass(edits, phone, { sensitivity: 'Personal' }), phone, { retention_days: 0 })).toEqual({})
})

test('a draft writes what was edited only, as of when the page was loaded', async () => {
  const edits = withClass({}, phone, { retention_days: 365 })
  const draft = await classDraft(edits, 3, () => Promise.resolve(studied({ sensitivity: 'Secret' })))
  expect(draft.definitions.map((one) => one['property']), 'the class that somebody else gave since is left alone').toEqual(['retention_days'])
  expect(draft.as_of, 'not as of when the plan was asked for').toBe(3)
})

test('edits go onto what others have applied, and what both changed is named', () => {
  const edits = withClass({}, phone, { retention_days: 365 })
  expect(takenOver(edits, [phone], [{ ...phone, sensitivity: 'Secret' }])).toEqual({ edits, clashes: [] })
  expect(takenOver(edits, [phone], [{ ...phone, retention_days: 30 }])).toEqual({ edits, clashes: ['Contact/phone'] })
  expect(takenOver(edits, [phone], [])).toEqual({ edits, clashes: [] })
  expect(takenOver(edits, [phone], [{ ...phone, retention_days: 365 }]), 'both did the same').toEqual({ edits: {}, clashes: [] })
})
