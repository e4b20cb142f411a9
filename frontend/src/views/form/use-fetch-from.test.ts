import { beforeEach, describe, expect, it, vi } from 'vitest'

import { fetchValues } from '@/api/resource'

import { field } from '../../../tests/examples'
import { fetchedValues } from './use-fetch-from'

vi.mock('@/api/resource', async (original) => ({ ...(await original<typeof import('@/api/resource')>()), fetchValues: vi.fn() }))

const link = field('customer', { fieldtype: 'Link', options: 'Customer' })
const fields = [link, field('customer_name', { fetch_from: 'customer.customer_name' }), field('city', { fetch_from: 'customer.city', fetch_if_empty: 1 })]

describe('fetchedValues', () => {
  beforeEach(() => vi.resetAllMocks())

  it('takes over what the link offers, null where it has nothing', async () => {
    vi.mocked(fetchValues).mockResolvedValue({ customer_name: '上海宏远' })
    expect(await fetchedValues(fields, link, { customer: 'C-1' })).toEqual({ customer_name: '上海宏远', city: null })
  })

  it('keeps what was typed where the field says so', async () => {
    vi.mocked(fetchValues).mockResolvedValue({ customer_name: 'A' })
    await fetchedValues(fields, link, { customer: 'C-1', city: 'Berlin' })
    expect(fetchValues).toHaveBeenCalledWith('Customer', 'C-1', ['customer_name'])
  })

  it('asks nothing for an emptied link and survives a refusal', async () => {
    expect(await fetchedValues(fields, link, { customer: null })).toEqual({})
    expect(fetchValues).not.toHaveBeenCalled()
    vi.mocked(fetchValues).mockRejectedValue(new Error('refused'))
    expect(await fetchedValues(fields, link, { customer: 'C-1' })).toEqual({})
  })
})
