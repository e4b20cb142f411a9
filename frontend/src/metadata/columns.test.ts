import { describe, expect, it } from 'vitest'

import { field, metaOf } from '../../tests/examples'
import { buildListModel } from './columns'
import type { DocField } from './doctype'

const names = (fields: { fieldname: string }[]): string[] => fields.map((entry) => entry.fieldname)

describe('buildListModel', () => {
  it('shows the marked fields and never the title twice', () => {
    const meta = metaOf([field('title', { in_list_view: 1 }), field('city', { in_list_view: 1 }), field('note')], { title_field: 'title' })
    const model = buildListModel(meta)
    expect(model.title?.fieldname).toBe('title')
    expect(names(model.columns)).toEqual(['city'])
    expect(model.fetch).toEqual(['name', 'modified', 'docstatus', 'title', 'city'])
  })

  it.each([['Data', 'code', ['city']], ['Link', undefined, ['code', 'city']]] as const)('names records by the %s that their name is made of', (fieldtype, title, columns) => {
    const meta = metaOf([field('code', { fieldtype, in_list_view: 1 }), field('city', { in_list_view: 1 })])
    const model = buildListModel({ ...meta, doctype: { ...meta.doctype, autoname: 'field:code' } })
    expect([model.title?.fieldname, names(model.columns)]).toEqual([title, columns])
  })

  it('asks for the picture that stands for a record, where it may be read', () => {
    const imageOf = (more: Partial<DocField>): string | null => {
      const meta = metaOf([field('title'), field('photo', { fieldtype: 'Attach Image', ...more })])
      return buildListModel({ ...meta, doctype: { ...meta.doctype, image_field: 'photo' } }).image
    }
    expect(imageOf({ hidden: 1 })).toBe('photo')
    expect(imageOf({ permlevel: 1 })).toBeNull()
  })

  it('chooses plain fields where none is marked', () => {
    const meta = metaOf([field('a'), field('secret', { fieldtype: 'Password' }), field('hidden', { hidden: 1 }), field('rows', { fieldtype: 'Table', options: 'Row' }), field('b')])
    expect(names(buildListModel(meta).columns)).toEqual(['a', 'b'])
  })

  it('leaves out fields above the readable level', () => {
    const meta = metaOf([field('a', { in_list_view: 1 }), field('salary', { in_list_view: 1, permlevel: 1 })])
    expect(names(buildListModel(meta).columns)).toEqual(['a'])
  })

  it('adds the state and the currency of an amount', () => {
    const meta = metaOf([field('amount', { fieldtype: 'Currency', options: 'currency', in_list_view: 1 }), field('currency', { fieldtype: 'Link', options: 'Currency' }), field('status', { fieldtype: 'Select' })])
    const model = buildListModel(meta)
    expect(model.state?.fieldname).toBe('status')
    expect(names(model.columns)).toEqual(['status', 'amount'])
    expect(model.fetch).toContain('currency')
  })

  it('leaves out a link whose name stands beside it', () => {
    const meta = metaOf([field('customer', { fieldtype: 'Link', in_list_view: 1 }), field('customer_name', { fetch_from: 'customer.customer_name', in_list_view: 1 })])
    expect(names(buildListModel(meta).columns)).toEqual(['customer_name'])
  })

  it('takes the columns that somebody chose, in that order, and no other', () => {
    const meta = metaOf([field('a', { in_list_view: 1 }), field('b'), field('status', { fieldtype: 'Select' }), field('salary', { permlevel: 1 })])
    expect(names(buildListModel(meta, ['b', 'a', 'salary', 'gone']).columns)).toEqual(['b', 'a'])
    expect(names(buildListModel(meta, ['gone']).columns)).toEqual(['status', 'a'])
  })

  it('keeps a number that can be summed up when not all columns fit', () => {
    const marked = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => field(name, { in_list_view: 1 }))
    const amount = field('amount', { fieldtype: 'Currency', in_list_view: 1 })
    expect(names(buildListModel(metaOf([...marked, amount])).columns)).toEqual(['a', 'b', 'c', 'd', 'e', 'amount'])
    expect(names(buildListModel(metaOf([amount, ...marked])).columns)).toEqual(['amount', 'a', 'b', 'c', 'd', 'e'])
  })

  it('offers the standard filters', () => {
    const fields = ['a', 'b', 'c', 'd', 'e'].map((name) => field(name, { in_standard_filter: 1 }))
    expect(names(buildListModel(metaOf(fields)).quickFilters)).toEqual(['a', 'b', 'c', 'd'])
  })
})
