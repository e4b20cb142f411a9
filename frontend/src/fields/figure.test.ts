import { beforeEach, expect, test, vi } from 'vitest'

import { call } from '@/api/client'
import { listDocuments } from '@/api/resource'

import { hasRecords } from './figure'
import { recordsAddress } from './figure-records'

vi.mock('@/api/client', () => ({ call: vi.fn() }))
vi.mock('@/api/resource', () => ({ asText: String, listDocuments: vi.fn() }))

beforeEach(() => vi.resetAllMocks())

const query = (address: string): unknown => JSON.parse(new URL(address, 'http://x').searchParams.get('filters') ?? 'null')

test('a figure has records when it is gathered from other documents or says which are behind it', () => {
  const field = { fieldname: 'total', fieldtype: 'Currency' } as const
  expect(hasRecords({ ...field, rollup: { from: 'Sales Invoice', link: 'customer' } })).toBe(true)
  expect(hasRecords({ ...field, records_behind: { from: 'Sales Invoice', link: 'customer' } })).toBe(true)
  expect(hasRecords({ ...field, rollup: { table: 'items' } })).toBe(false)
  expect(hasRecords(field)).toBe(false)
})

test('the list is asked for with the conditions of the figure', async () => {
  vi.mocked(call).mockResolvedValue({
    list: 'Sales Invoice',
    filters: [['Sales Invoice', 'customer', '=', '客户'], ['Sales Invoice', 'status', 'in', ['Paid', 'Unpaid']]],
  })
  const address = await recordsAddress('Customer', '客户', 'net_sales')
  expect(address).toMatch(/^\/app\/sales-invoice\?/)
  expect(query(address)).toEqual([['customer', '=', '客户'], ['status', 'in', 'Paid,Unpaid']])
})

test('documents that hold the rows of a figure are named', async () => {
  vi.mocked(call).mockResolvedValue({ list: 'Payment Entry', filters: [['Payment Entry Reference', 'customer', '=', 'C']] })
  vi.mocked(listDocuments).mockResolvedValue([{ name: 'PAY-1' }, { name: 'PAY-2' }])
  expect(query(await recordsAddress('Customer', 'C', 'settlements'))).toEqual([['name', 'in', 'PAY-1,PAY-2']])
})
