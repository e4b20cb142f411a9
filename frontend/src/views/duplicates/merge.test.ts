import { describe, expect, it } from 'vitest'

import { field, metaOf } from '../../../tests/examples'
import { choicesFor, differingFields, usualChoice } from './merge'

const [title, phone, rows] = [field('title'), field('phone'), field('rows', { fieldtype: 'Table', options: 'Row' })]
const meta = metaOf([title, phone, rows, field('same'), field('total', { read_only: 1 }), field('key', { fieldtype: 'Password' })])
const docs = [
  { name: 'A', title: '星云科技', phone: '', same: 1, total: 1, key: 'x', rows: [{ n: 1 }] },
  { name: 'B', title: '星云', phone: '139', same: 1, total: 2, key: 'y', rows: [] },
]

describe('merging', () => {
  it('asks about fields that differ and that people set', () => {
    expect(differingFields(meta, docs).map(({ fieldname }) => fieldname)).toEqual(['title', 'phone', 'rows'])
  })

  it('keeps the kept value, fills what is empty, puts rows together', () => {
    expect([title, phone, rows].map((one) => usualChoice(one, docs, 'A'))).toEqual(['A', 'B', ''])
    expect(usualChoice(title, docs, 'B')).toBe('B')
  })

  it('tells the server what is chosen otherwise only', () => {
    const fields = [title, phone, rows]
    expect(choicesFor(fields, docs, 'A', {})).toEqual({})
    expect(choicesFor(fields, docs, 'A', { title: 'B', phone: 'B', rows: 'A' })).toEqual({ title: 'B', rows: 'A' })
  })
})
