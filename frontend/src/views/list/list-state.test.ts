import { describe, expect, it } from 'vitest'

import { field, metaOf } from '../../../tests/examples'
import { buildListModel } from '@/metadata/columns'
import { defaultOrder, listQuery, nextOrder, PAGE_LENGTH, readListState, writeListState } from './list-state'
import type { ListState } from './list-state'

const usual: ListState = { search: '', filters: [], order: '', columns: [], widths: {}, group: '', view: 'list', options: {} }
const state: ListState = { search: '上海', filters: [{ field: 'status', operator: '=', value: 'Open' }], order: 'amount desc', columns: ['status', 'amount'], widths: { amount: 140 }, group: 'status', view: 'kanban', options: { by: 'status', sum: 'amount' } }

describe('list state in the address', () => {
  it('comes back as it was', () => {
    expect(readListState(writeListState(state) as Record<string, string>)).toEqual(state)
  })

  it('is silent about what is usual', () => {
    expect(writeListState(usual)).toEqual({})
  })

  it('ignores what is no state', () => {
    expect(readListState({ view: 'chart', sort: 'a; drop table', filters: '{', group: 'a b', columns: 'a;b,c:x' })).toEqual(usual)
    expect(readListState({ view: ['tree', 'list'], q: null })).toMatchObject({ view: 'tree', search: '' })
  })
})

describe('order', () => {
  it('goes up, down and back to the usual one', () => {
    expect(nextOrder('', 'a')).toBe('a asc')
    expect(nextOrder('a asc', 'a')).toBe('a desc')
    expect(nextOrder('a desc', 'a')).toBe('')
    expect(nextOrder('a desc', 'b')).toBe('b asc')
  })

  it('is the one of the DocType, else the latest change first', () => {
    expect(defaultOrder({ name: 'X', fields: [] })).toBe('modified desc')
    expect(defaultOrder({ name: 'X', fields: [], sort_field: 'title', sort_order: 'ASC' })).toBe('title asc')
  })
})

describe('listQuery', () => {
  const meta = metaOf([field('title'), field('code')], { title_field: 'title' })
  meta.doctype.search_fields = 'code, gone'
  const model = buildListModel(meta)

  it('asks for a page', () => {
    expect(listQuery(meta.doctype, model, state)).toMatchObject({ limit_page_length: PAGE_LENGTH, order_by: 'amount desc' })
  })

  it('searches name, title and the search fields that exist', () => {
    expect(listQuery(meta.doctype, model, state).or_filters).toEqual([
      ['name', 'like', '%上海%'],
      ['title', 'like', '%上海%'],
      ['code', 'like', '%上海%'],
    ])
  })

  it('sends no empty criteria', () => {
    const query = listQuery(meta.doctype, model, usual)
    expect(query).not.toHaveProperty('filters')
    expect(query).not.toHaveProperty('or_filters')
  })
})
