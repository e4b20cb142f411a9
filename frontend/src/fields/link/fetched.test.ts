import { expect, it } from 'vitest'

import { stillFitting } from './fetched'

const asked = { product: 'P-1', rate: null }

it('takes what was fetched for the link that still stands there', () => {
  expect(stillFitting({ rate: 95 }, 'product', asked, { ...asked, qty: 3 })).toEqual({ rate: 95 })
  expect(stillFitting({ rate: 95 }, 'product', asked, { ...asked, product: 'P-2' })).toEqual({})
})

it('leaves what was typed meanwhile', () => {
  expect(stillFitting({ rate: 95, uom: 'Nos' }, 'product', asked, { ...asked, rate: 80 })).toEqual({ uom: 'Nos' })
})
