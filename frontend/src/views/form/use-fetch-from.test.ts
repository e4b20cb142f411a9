import { beforeEach, describe, expect, it, vi } from 'vitest'

import { call } from '@/api/client'
import { fetchValues, getDocument } from '@/api/resource'

import { field } from '../../../tests/examples'
import { fetchedValues } from './use-fetch-from'

vi.mock('@/api/resource', async (original) => ({ ...(await original<typeof import('@/api/resource')>()), fetchValues: vi.fn(), getDocument: vi.fn() }))

vi.mock('@/api/client', async (original) => ({ ...(await original<typeof import('@/api/client')>()), call: vi.fn() }))

const link = field('customer', { fieldtype: 'Link', options: 'Customer' })
const fields = [link, field('customer_name', { fetch_from: 'customer.customer_name' }), field('city', { fetch_from: 'customer.city', fetch_if_empty: 1 })]

const party = field('party_name', { fieldtype: 'Dynamic Link', options: 'quotation_to' })

describe('fetchedValues', () => {
  beforeEach(() => vi.resetAllMocks())

  it('takes over what the link offers, null where it has nothing', async () => {
    vi.mocked(fetchValues).mockResolvedValue({ customer_name: '上海宏远' })
    expect(await fetchedValues(fields, link, { customer: 'C-1' }, {})).toEqual({ customer_name: '上海宏远', city: null })
  })

  it('keeps what was typed where the field says so', async () => {
    vi.mocked(fetchValues).mockResolvedValue({ customer_name: 'A' })
    await fetchedValues(fields, link, { customer: 'C-1', city: 'Berlin' }, {})
    expect(fetchValues).toHaveBeenCalledWith('Customer', 'C-1', ['customer_name'])
  })

  it('asks nothing for an emptied link and survives a refusal', async () => {
    expect(await fetchedValues(fields, link, { customer: null }, {})).toEqual({})
    expect(fetchValues).not.toHaveBeenCalled()
    vi.mocked(fetchValues).mockRejectedValue(new Error('refused'))
    expect(await fetchedValues(fields, link, { customer: 'C-1' }, {})).toEqual({})
  })

  it('reads of a dynamic link what its DocType has', async () => {
    vi.mocked(getDocument).mockResolvedValue({ name: 'L-1', customer_name: '东湖泵业' })
    const targets = [field('customer_name', { fetch_from: 'party_name.customer_name' }), field('terms', { fetch_from: 'party_name.terms' })]
    const row = { quotation_to: 'Lead', party_name: 'L-1' }
    expect(await fetchedValues([party, ...targets], party, row, {})).toEqual({ customer_name: '东湖泵业', terms: null })
    expect(getDocument).toHaveBeenCalledWith('Lead', 'L-1')
    expect(await fetchedValues([party, ...targets], party, { party_name: 'L-1' }, {})).toEqual({})
  })

  it('asks the method of the link with the row and its document', async () => {
    const product = field('product', { fieldtype: 'Link', options: 'Product', fetch_method: 'crm.row_details' })
    vi.mocked(call).mockResolvedValue({ price_list_rate: 95, projected_qty: 7 })
    expect(await fetchedValues([product, field('price_list_rate')], product, { product: 'P-1', qty: 2 }, { currency: 'CNY' })).toEqual({ price_list_rate: 95 })
    expect(call).toHaveBeenCalledWith('crm.row_details', { row: { product: 'P-1', qty: 2 }, parent: { currency: 'CNY' } })
    expect(await fetchedValues([product], product, { product: null }, {})).toEqual({})
  })

  it('survives a method that refuses', async () => {
    const product = field('product', { fieldtype: 'Link', options: 'Product', fetch_method: 'crm.row_details' })
    vi.mocked(call).mockRejectedValue(new Error('refused'))
    expect(await fetchedValues([product], product, { product: 'P-1' }, {})).toEqual({})
  })
})
