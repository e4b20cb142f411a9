import { beforeEach, expect, it } from 'vitest'

import { neighboursOf, rememberOrder } from './list-order'

beforeEach(() => sessionStorage.clear())

it('leads on in the order of the list', () => {
  rememberOrder('Customer', ['甲', '乙', '丙'])
  expect(neighboursOf('Customer', '乙')).toEqual({ previous: '甲', next: '丙' })
  expect(neighboursOf('Customer', '甲')).toEqual({ previous: undefined, next: '乙' })
})

it('leads nowhere from a document that no list showed', () => {
  rememberOrder('Customer', ['甲'])
  expect(neighboursOf('Customer', '丁')).toEqual({ previous: undefined, next: undefined })
  sessionStorage.setItem('crm:order:Lead', 'broken')
  expect(neighboursOf('Lead', 'x')).toEqual({ previous: undefined, next: undefined })
})
