import { describe, expect, it } from 'vitest'

import { field, metaOf } from '../../tests/examples'

import type { DocField } from './doctype'
import { addsUp, boardFields, groupableFields, isMovable, readAggregate, summableFields, writeAggregate } from './aggregates'

const fields = [
  field('naming_series', { fieldtype: 'Select' }),
  field('customer', { fieldtype: 'Link', options: 'Customer', in_list_view: 1 }),
  field('kind', { fieldtype: 'Select' }),
  field('stage', { fieldtype: 'Link', options: 'Stage', reqd: 1, in_list_view: 1 }),
  field('amount', { fieldtype: 'Currency' }),
  field('secret', { fieldtype: 'Currency', permlevel: 1 }),
  field('note', { fieldtype: 'Text Editor' }),
]
const names = (found: { fieldname: string }[]): string[] => found.map(({ fieldname }) => fieldname)

describe('fields of a definition', () => {
  it('make a board: the workflow state, a status, what every record has, choices, links', () => {
    expect(names(boardFields(metaOf(fields)))).toEqual(['stage', 'kind', 'customer'])
    const guided = metaOf([...fields, field('status', { fieldtype: 'Select' }), field('state')], { workflow: { state_field: 'state', states: [] } })
    expect(names(boardFields(guided)).slice(0, 2)).toEqual(['state', 'status'])
  })

  it('make a board of the workflow state also where forms hide it', () => {
    const hidden = field('state', { fieldtype: 'Link', hidden: 1, read_only: 1 })
    const guided = metaOf([...fields, hidden], { workflow: { state_field: 'state', states: [] } })
    expect(names(boardFields(guided))[0]).toBe('state')
    expect(isMovable(guided, hidden)).toBe(true)
  })

  it('take a card only where they may be changed', () => {
    const stage = fields[3]!
    expect(isMovable(metaOf(fields), stage)).toBe(true)
    expect(isMovable(metaOf(fields), { ...stage, read_only: 1 })).toBe(false)
    expect(isMovable(metaOf(fields), { ...stage, permlevel: 1 })).toBe(false)
    expect(isMovable(metaOf(fields, { permissions: { read: 1 } }), stage)).toBe(false)
  })

  it('are summed up or grouped by only where they may be read', () => {
    expect(names(summableFields(metaOf(fields)))).toEqual(['amount'])
    expect(names(groupableFields(metaOf(fields)))).toEqual(['naming_series', 'customer', 'kind', 'stage'])
  })
})

describe('totals of a list', () => {
  const field = (fieldtype: DocField['fieldtype'], rest: object = {}): DocField => ({ fieldname: 'x', fieldtype, label: 'X', ...rest })

  it.each([
    [field('Currency'), true],
    [field('Duration'), true],
    [field('Int', { rollup: { function: 'count' } }), true],
    [field('Float', { rollup: { function: 'sum' } }), true],
    [field('Float', { rollup: { function: 'avg' } }), false],
    [field('Int', { rollup: null }), false],
    [field('Int'), false],
    [field('Float'), false],
    [field('Currency', { is_virtual: 1 }), false],
    [field('Percent'), false],
    [field('Data'), false],
  ])('%j adds up: %s', (one, wanted) => expect(addsUp(one)).toBe(wanted))
})

describe('an aggregate in the address', () => {
  it('comes back as it was', () => {
    for (const text of ['count', 'sum:amount', 'avg:amount']) expect(writeAggregate(readAggregate(text)!)).toBe(text)
  })

  it('is none for what the list does not know', () => expect(['median:x', 'sum', 'sum:a b', ''].map(readAggregate)).toEqual([null, null, null, null]))
})
