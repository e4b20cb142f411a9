import { expect, it } from 'vitest'

import { field } from '../../../tests/examples'
import { sumOf, summedColumns } from './totals'

it('sums quantities and computed amounts, no unit prices', () => {
  const qty = field('qty', { fieldtype: 'Float' })
  const rate = field('rate', { fieldtype: 'Currency' })
  const amount = field('amount', { fieldtype: 'Currency', formula: 'qty * rate' })
  expect([...summedColumns([field('item'), qty, rate, amount])]).toEqual(['qty', 'amount'])
  expect([...summedColumns([rate])]).toEqual(['rate'])
})

it('leaves out what is no number', () => expect(sumOf([{ a: 0.1 }, { a: 0.2 }, { a: 'x' }, {}], 'a')).toBe(0.3))
