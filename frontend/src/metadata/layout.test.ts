import { describe, expect, it } from 'vitest'

import { field } from '../../tests/examples'
import { buildLayout } from './layout'

const shape = (fields: Parameters<typeof buildLayout>[0]): unknown =>
  buildLayout(fields).map((tab) => [tab.key, tab.sections.map((section) => section.columns.map((column) => column.fields.map((entry) => entry.fieldname)))])

describe('buildLayout', () => {
  it('puts fields before any break into a first tab and section', () => {
    expect(shape([field('a'), field('b')])).toEqual([['first', [[['a', 'b']]]]])
  })

  it('follows tabs, sections and columns', () => {
    const fields = [
      field('a'),
      field('c1', { fieldtype: 'Column Break' }),
      field('b'),
      field('s1', { fieldtype: 'Section Break' }),
      field('c'),
      field('t1', { fieldtype: 'Tab Break' }),
      field('d'),
    ]
    expect(shape(fields)).toEqual([
      ['first', [[['a'], ['b']], [['c']]]],
      ['t1', [[['d']]]],
    ])
  })

  it('leaves out what is empty', () => {
    const fields = [field('t1', { fieldtype: 'Tab Break' }), field('s1', { fieldtype: 'Section Break' }), field('c1', { fieldtype: 'Column Break' }), field('a')]
    expect(shape(fields)).toEqual([['t1', [[['a']]]]])
    expect(buildLayout([field('s1', { fieldtype: 'Section Break' })])).toEqual([])
  })

  it('hides sections behind a fold', () => {
    const [tab] = buildLayout([field('a'), field('f', { fieldtype: 'Fold' }), field('s', { fieldtype: 'Section Break' }), field('b')])
    expect(tab!.sections.map((section) => section.folded)).toEqual([false, true])
  })
})
