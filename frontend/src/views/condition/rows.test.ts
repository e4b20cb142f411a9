// The cases are checked against the server's parser by tests/expressions/test_condition_rows.py.
import { describe, expect, it } from 'vitest'

import cases from './cases.json'
import type { ConditionGroup, ConditionRow } from './model'
import { groupOf } from './rows-of'
import { isComplete, spell } from './spelling'

describe('rows of a condition', () => {
  it.each(cases.fitting)('come back out of the text that they make: $python.text', ({ rows, python, javascript }) => {
    const group = rows as ConditionGroup
    expect(spell(group, 'Python')).toBe(python.text)
    expect(spell(group, 'JavaScript')).toBe(javascript.text)
    expect(groupOf(python.tree)).toEqual(group)
    expect(groupOf(javascript.tree)).toEqual(group)
  })

  it.each(cases.beyond)('cannot say $text', ({ tree }) => {
    expect(groupOf(tree)).toBeNull()
  })

  it('say nothing as long as they are not filled in', () => {
    const row: ConditionRow = { kind: 'row', subject: { owner: 'doc', field: 'amount' }, operator: '>', operand: null }
    const filled: ConditionRow = { ...row, operand: { kind: 'number', digits: '5' } }
    expect(isComplete(row)).toBe(false)
    expect(isComplete({ ...row, operand: { kind: 'number', digits: '5,0' } })).toBe(false)
    expect(spell({ kind: 'group', match: 'all', parts: [row, filled, { kind: 'group', match: 'any', parts: [row] }] }, 'Python')).toBe('doc.amount > 5')
  })
})
