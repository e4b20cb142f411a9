import { expect, it } from 'vitest'

import { field, metaOf } from '../../../tests/examples'
import { fitsQuickEntry, quickFields } from './quick-entry'

it('asks for what is required and what the definition allows here', () => {
  const meta = metaOf([
    field('naming_series', { fieldtype: 'Select', reqd: 1 }),
    field('title', { reqd: 1 }),
    field('phone', { allow_in_quick_entry: 1 }),
    field('note'),
    field('total', { reqd: 1, read_only: 1 }),
    field('image', { fieldtype: 'Attach Image', allow_in_quick_entry: 1 }),
  ])
  expect(quickFields(meta).map(({ fieldname }) => fieldname)).toEqual(['title', 'phone'])
  expect(fitsQuickEntry(meta)).toBe(true)
})

it('leaves documents with required rows, and those without a field to ask for, to the form', () => {
  expect(fitsQuickEntry(metaOf([field('title', { reqd: 1 }), field('items', { fieldtype: 'Table', reqd: 1 })]))).toBe(false)
  expect(fitsQuickEntry(metaOf([field('note')]))).toBe(false)
})
