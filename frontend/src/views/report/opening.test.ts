import { expect, test } from 'vitest'

import { cellRoute } from './opening'
import type { Opened } from './opening'

const column = (fieldname: string, fieldtype: string, options = '', group?: string) => ({ fieldname, fieldtype, options, label: fieldname, ...(group && { group }) })
const industry = column('customer_industry', 'Link', 'Industry', 'customer.industry')
const group = column('product_group', 'Link', 'Product Group', 'items.product_group')
const count = column('count_name', 'Int')
const columns = [industry, group, count]
const bills: Opened = { doctype: 'Sales Invoice', conditions: [['docstatus', '=', 1]], filters: [] }
const OPEN: Record<string, { only?: string[] }> = { Customer: {}, User: { only: ['me@example.com'] } }
const session = { find: (name: string) => OPEN[name] as never }
const to = (report: Opened, at: number, row: Record<string, string | number | null>) => cellRoute(report, columns, columns[at]!, row, session)

test('the first group of a row opens the records that it counts', () => {
  const filters = JSON.stringify([['docstatus', '=', 1], ['customer.industry', 'is', 'not set'], ['items.product_group', '=', 'Pumps']])
  expect(to(bills, 0, { customer_industry: null, product_group: 'Pumps', count_name: 3 })).toEqual({ path: '/app/sales-invoice', query: { filters } })
  expect(to(bills, 1, { customer_industry: null, product_group: 'Pumps', count_name: 3 })).toBeNull()
})

test('nothing is opened where a list cannot say what the report asks', () => {
  const row = { customer_industry: 'Power', product_group: 'Pumps', count_name: 3 }
  expect(to({ ...bills, conditions: [['Sales Invoice Item', 'qty', '>', 0] as never] }, 0, row)).toBeNull()
  expect(to({ ...bills, filters: [{ fieldname: 'day', label: 'Day', fieldtype: 'Date', options: null, mandatory: 1, default: null }] }, 0, row)).toBeNull()
})

test('a link opens its document, for who may read such documents', () => {
  const list = [column('name', 'Data'), column('customer', 'Link', 'Customer'), column('account_manager', 'Link', 'User')]
  const row = { name: 'V-1', customer: 'CUST-1', account_manager: 'ann@example.com' }
  const value: Opened = { doctype: 'Customer Value', conditions: [], filters: [] }
  expect(list.map((one) => cellRoute(value, list, one, row, session))).toEqual([null, '/app/customer/CUST-1', null])
  expect(cellRoute(value, list, list[2]!, { account_manager: 'me@example.com' }, session)).toBe('/app/user/me%40example.com')
  expect(cellRoute({ ...value, doctype: 'Customer' }, list, list[0]!, row, session)).toBe('/app/customer/V-1')
  expect(cellRoute(value, list, list[1]!, { customer: null }, session)).toBeNull()
})
