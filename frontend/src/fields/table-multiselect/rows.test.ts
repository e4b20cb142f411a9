import { describe, expect, it } from 'vitest'

import { doctype, field } from '../../../tests/examples'
import { linkOf, rowsFor } from './index'

describe('rows of chosen names', () => {
  it('keep the identity of a row that stays', () => {
    const current = [{ name: 'r1', competitor: '甲公司' }, { name: 'r2', competitor: 'B' }]
    expect(rowsFor(['甲公司', 'C'], current, 'competitor')).toEqual([{ name: 'r1', competitor: '甲公司' }, { competitor: 'C' }])
  })

  it('stand in the first Link of the child DocType', () => {
    expect(linkOf(doctype([field('note'), field('competitor', { fieldtype: 'Link' })]))?.fieldname).toBe('competitor')
    expect(linkOf(undefined)).toBeUndefined()
  })
})
