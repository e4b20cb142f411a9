import { expect, test } from 'vitest'

import { packAnswer } from './pack-answer'

test('a sentence is told', () => {
  expect(packAnswer({ reason: 'Covered until May.' })).toEqual({ said: 'Covered until May.', to: '' })
  expect(packAnswer('Done')).toEqual({ said: 'Done', to: '' })
  expect(packAnswer(null)).toEqual({ said: '', to: '' })
})

test('work goes on in the document that was made', () => {
  expect(packAnswer({ doctype: 'Sales Order', name: 'SO 1/2' }).to).toBe('/app/sales-order/SO%201%2F2')
})

test('a list is opened with its filters', () => {
  expect(packAnswer({ list: 'Customer' }).to).toBe('/app/customer')
  expect(decodeURIComponent(packAnswer({ list: 'Customer', filters: [['territory', '=', '上海']] }).to)).toContain('上海')
})

test('filters come as a mapping as well', () => {
  const { to } = packAnswer({ list: 'Service Request', filters: { product: 'AC-9', name: ['in', ['A', 'B']] } })
  expect(to).toBe(packAnswer({ list: 'Service Request', filters: [['product', '=', 'AC-9'], ['name', 'in', 'A,B']] }).to)
  expect(to).toContain('AC-9')
})
