// The evaluator does what the truth table says, and refuses what the server did not compile.
import { describe, expect, it } from 'vitest'

import table from '../../../../tests/expressions/truth_table.json'

import { evaluate, evaluateExact, ExpressionError, holds } from './index'
import { text } from './values'

type Form = readonly unknown[]

const ARITHMETIC = ['+', '-', '*', '/', '//', '%']

/** The tree that the server makes of a group's form over fields v0, v1, … */
function treeOf(form: string, count: number): unknown {
  const fields: Form[] = Array.from({ length: count }, (_, place) => ['field', 'doc', `v${place}`])
  return { version: 1, root: rootOf(form, fields) }
}

function rootOf(form: string, fields: Form[]): Form {
  if (form === 'truth') return ['not', ['not', ...fields]]
  if (form === 'and' || form === 'or') return [form, ...fields]
  if (form.endsWith('()')) return ['call', form.slice(0, -2), ...fields]
  return ARITHMETIC.includes(form) ? ['arithmetic', form, ...fields] : ['compare', [form], ...fields]
}

function isRefusal(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'error' in result
}

describe.each(table)('$title', ({ form, rows }) => {
  it.each((rows as unknown[][]).map((row) => [row]))('%j', (row) => {
    const values = row.slice(0, -1)
    const expected = row.at(-1)
    const tree = treeOf(form, values.length)
    const doc = Object.fromEntries(values.map((value, place) => [`v${place}`, value]))
    if (isRefusal(expected)) {
      expect(() => evaluateExact(tree, { doc })).toThrow(ExpressionError)
    } else {
      expect(evaluate(tree, { doc })).toEqual(expected)
    }
  })
})

const SUM = { version: 1, root: ['aggregate', 'sum', ['field', 'doc', 'items'], ['field', 'row', 'amount']] }

describe('evaluate', () => {
  it('adds rows exactly', () => {
    const doc = { items: [{ amount: 0.1 }, { amount: 0.2 }] }
    expect(text(evaluateExact(SUM, { doc }))).toBe('0.3')
    expect(evaluate(SUM, { doc })).toBe(0.3)
  })

  it('reads the parent record, and null where there is none', () => {
    const tree = { version: 1, root: ['field', 'parent', 'customer'] }
    expect(evaluate(tree, { doc: {}, parent: { customer: '华为' } })).toBe('华为')
    expect(evaluate(tree, { doc: {} })).toBeNull()
  })

  it('takes the clock from the scope and refuses to guess one', () => {
    const tree = { version: 1, root: ['call', 'today'] }
    expect(evaluate(tree, { doc: {}, now: '2026-11-22 04:05:06.000000' })).toBe('2026-11-22')
    expect(() => evaluate(tree, { doc: {} })).toThrow(ExpressionError)
  })

  it('does not take zero, an empty list or an empty row for met', () => {
    const tree = { version: 1, root: ['field', 'doc', 'value'] }
    for (const value of [0, [], {}, '', null]) expect(holds(tree, { doc: { value } })).toBe(false)
    for (const value of [1, ['x'], { a: 1 }, '0']) expect(holds(tree, { doc: { value } })).toBe(true)
  })

  it.each([
    [null],
    [{}],
    [{ version: 2, root: ['constant', true] }],
    [{ version: 1, root: ['eval', 'x'] }],
    [{ version: 1, root: ['constructor', 'x'] }],
    [{ version: 1, root: ['call', 'constructor', ['constant', true]] }],
    [{ version: 1, root: ['call', 'alert'] }],
    [{ version: 1, root: ['field', 'window', 'x'] }],
    [{ version: 1, root: ['compare', ['==', '=='], ['constant', 1], ['constant', 1]] }],
    [{ version: 1, root: ['arithmetic', '**', ['number', '9'], ['number', '9']] }],
  ])('refuses %j', (tree) => {
    expect(() => evaluate(tree, { doc: {} })).toThrow(ExpressionError)
  })

  it.each(['constructor', '__proto__', 'toString'])('does not reach the inherited %s', (name) => {
    expect(evaluate({ version: 1, root: ['field', 'doc', name] }, { doc: {} })).toBeNull()
  })
})
