import { describe, expect, it } from 'vitest'

import { field, metaOf } from '../../tests/examples'
import { bulkFields, lockReasons } from './locks'

const meta = metaOf([field('title')])

describe('lockReasons', () => {
  it('has nothing to say about an open field', () => expect(lockReasons(meta, field('title'), {})).toEqual([]))

  it.each([
    [field('a', { formula: '1 + 1' }), {}, 'computed'],
    [field('a', { read_only: 1 }), {}, 'read-only'],
    [field('a', { set_only_once: 1 }), {}, 'set once'],
    [field('a', { permlevel: 1 }), {}, 'permission level'],
    [field('a'), { docstatus: 1 }, 'submitted'],
    [field('a'), { docstatus: 2 }, 'cancelled'],
  ])('%o in %o', (locked, doc, word) => expect(lockReasons(meta, locked, doc).join()).toContain(word))

  it('leaves a field open that may change after submission', () =>
    expect(lockReasons(meta, field('a', { allow_on_submit: 1 }), { docstatus: 1 })).toEqual([]))

  it('tells all reasons together', () =>
    expect(lockReasons(metaOf([], { permissions: {} }), field('a', { read_only: 1 }), {})).toHaveLength(2))
})

it('offers for many documents what each of them may be given', () => {
  const fields = [field('territory'), field('state'), field('photo', { fieldtype: 'Attach Image' }), field('secret', { fieldtype: 'Password' }), field('total', { formula: '1' }), field('note', { hidden: 1 }), field('items', { fieldtype: 'Table' })]
  const open = bulkFields(metaOf(fields, { workflow: { state_field: 'state', states: [] } }))
  expect(open.map(({ fieldname }) => fieldname)).toEqual(['territory'])
})
