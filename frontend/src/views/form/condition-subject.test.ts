import { expect, test } from 'vitest'

import type { DocField } from '@/metadata/doctype'

import { conditionSubject } from './condition-subject'

const condition: DocField = { fieldname: 'response_condition', fieldtype: 'Code', options: 'PythonExpression' }

test('a condition is about the documents of the chosen DocType', () => {
  expect(conditionSubject(condition, { document_type: 'Patient' })).toBe('Patient')
  expect(conditionSubject({ ...condition, options: 'JS' }, { webhook_doctype: 'Patient' })).toBe('Patient')
})

test.each([
  [condition, {}],
  [{ ...condition, options: 'JSON' }, { document_type: 'Patient' }],
  [{ ...condition, fieldname: 'webhook_json' }, { document_type: 'Patient' }],
  [{ ...condition, fieldtype: 'Data' as const }, { document_type: 'Patient' }],
])('%o with %o has none', (field, doc) => {
  expect(conditionSubject(field, doc)).toBe('')
})
