import { describe, expect, it } from 'vitest'

import { doctype, field, metaOf } from '../../tests/examples'
import { computed, withoutComputed } from './computed'
import type { Step } from './doctype'

const row = (name: string): unknown[] => ['field', 'row', name]
const doc = (name: string): unknown[] => ['field', 'doc', name]
const tree = (root: unknown): unknown => ({ version: 1, root })
const step = (more: Partial<Step>): Step => ({ table: '', fieldname: '', fieldtype: 'Currency', precision: null, starts_empty: false, tree: null, ...more })

const amount = step({ table: 'items', fieldname: 'amount', precision: 2, tree: tree(['arithmetic', '*', doc('qty'), doc('rate')]) })
const total = step({ fieldname: 'total', tree: tree(['aggregate', 'sum', doc('items'), row('amount')]) })
const dearest = step({ fieldname: 'dearest', starts_empty: true, tree: tree(['aggregate', 'max', doc('items'), row('rate')]) })
const gross = step({ fieldname: 'gross', tree: tree(['arithmetic', '*', doc('total'), ['number', '1.19']]) })

const meta = metaOf([field('items', { fieldtype: 'Table', options: 'Item' }), field('total', { formula: 'sum(items.amount)' }), field('note')], {
  computed: [amount, total, dearest, gross],
  children: { Item: doctype([field('qty'), field('rate'), field('amount', { formula: 'qty * rate' })], { name: 'Item' }) },
})

describe('computed', () => {
  it('works out rows, then sums over them, then what reads the sums', () => {
    const result = computed(meta, { items: [{ qty: 3, rate: 0.105 }, { qty: 1, rate: 19.99 }] }, '')
    expect(result['items']).toEqual([{ qty: 3, rate: 0.105, amount: 0.32 }, { qty: 1, rate: 19.99, amount: 19.99 }])
    expect([result['total'], result['dearest'], result['gross']]).toEqual([20.31, 19.99, 24.1689])
  })

  it('has nothing over no rows', () => {
    const result = computed(meta, { items: [] }, '')
    expect([result['total'], result['dearest']]).toEqual([0, null])
  })

  it('leaves a value alone that cannot be computed', () => {
    expect(computed(meta, { items: [{ qty: '三', rate: 2 }], total: 5 }, '')['items']).toEqual([{ qty: '三', rate: 2 }])
  })

  it('sees a new document as a draft', () => {
    const isDraft = step({ fieldname: 'x', fieldtype: 'Check', tree: tree(['compare', ['=='], doc('docstatus'), ['number', '0']]) })
    const state = (values: Record<string, number>): unknown => computed({ ...meta, computed: [isDraft] }, values, '')['x']
    expect([state({}), state({ docstatus: 0 }), state({ docstatus: 1 })]).toEqual([1, 1, 0])
  })

  it('rounds as the field does', () => {
    const of = (fieldtype: Step['fieldtype'], root: unknown, precision: number | null = null): unknown =>
      computed({ ...meta, computed: [step({ fieldname: 'x', fieldtype, precision, tree: tree(root) })] }, {}, '2026-11-22 09:00:00')['x']
    expect(of('Int', ['number', '2.9'])).toBe(2)
    expect(of('Check', ['constant', true])).toBe(1)
    expect(of('Percent', ['number', '0.0000005'])).toBe(0.000001)
    expect(of('Float', ['number', '2.345'], 2)).toBe(2.35)
    expect(of('Data', ['number', '2.50'])).toBe('2.5')
    expect(of('Date', ['call', 'today'])).toBe('2026-11-22')
  })

  it('sends what was entered only', () => {
    expect(withoutComputed(meta, { note: '甲', total: 3, items: [{ qty: 1, amount: 2 }] })).toEqual({ note: '甲', items: [{ qty: 1 }] })
  })
})
