import { expect, test } from 'vitest'

import type { ClassifiedField } from '@/api/settings'
import type { Studied } from '@/api/studio'

import { classDraft, withClass } from './class-draft'

const phone: ClassifiedField = { doctype: 'Contact', label: '联系人', fieldname: 'phone', field_label: '电话', sensitivity: 'Personal', retention_days: 0, layer: 'core' }
const studied: Studied = {
  doctype: { name: 'Contact', fields: [{ fieldname: 'phone', fieldtype: 'Data', label: 'Phone', sensitivity: 'Personal' }] },
  labels: {}, layer: 'core', own: null, layers: {}, provenance: {}, custom_fields: [], setters: [], permissions: [], as_of: 3,
}

test('a class is changed by Property Setters, and an edit that is taken back is none', async () => {
  const edits = withClass(withClass({}, phone, { sensitivity: 'Confidential' }), phone, { retention_days: 365 })
  const draft = await classDraft(edits, () => Promise.resolve(studied))
  const said = draft.definitions.map((one) => [one['property'], one['property_type'], one['value']])
  expect(said).toEqual([['sensitivity', 'Select', 'Confidential'], ['retention_days', 'Int', '365']])
  expect(withClass(withClass(edits, phone, { sensitivity: 'Personal' }), phone, { retention_days: 0 })).toEqual({})
})
