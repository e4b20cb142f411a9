import { describe, expect, it } from 'vitest'

import { field, metaOf } from '../../../tests/examples'
import { buildListModel } from '@/metadata/columns'
import { defaultOrder, listQuery, nextOrder, readListState, writeListState } from './list-state'
import type { ListState } from './list-state'

const state: ListState = { search: '上海', filters: [{ field: 'status', operator: '=', value: 'Open' }], order: 'amount desc', columns: ['status', 'amount'], group: 'status', page: 3 }

describe('list state in the address', () => {
  it('comes back as it was', () => {
    expect(readListState(writeListState(state) as Record<string, string>)).toEqual(state)
  })

  it('is silent about what is usual', () => {
    expect(writeListState({ search: '', filters: [], order: '', columns: [], group: '', page: 1 })).toEqual({})
  })

  it('ignores what is no state', () => {
    expect(readListState({ page: '-2', sort: 'a; drop table', filters: '{', group: 'a b', columns: 'a;b' })).toEqual({ search: '', filters: [], order: '', columns: [], group: '', page: 1 })
    expect(readListState({ page: ['2', '3'], q: null })).toMatchObject({ page: 2, search: '' })
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

  it('asks for one row more than a page', () => {
    expect(listQuery(meta.doctype, model, state)).toMatchObject({ limit_start: 40, limit_page_length: 21, order_by: 'amount desc' })
  })

  it('searches name, title and the search fields that exist', () => {
    expect(listQuery(meta.doctype, model, state).or_filters).toEqual([
      ['name', 'like', '%上海%'],
      ['title', 'like', '%上海%'],
      ['code', 'like', '%上海%'],
    ])
  })

  it('sends no empty criteria', () => {
    const query = listQuery(meta.doctype, model, { search: '', filters: [], order: '', columns: [], group: '', page: 1 })
    expect(query).not.toHaveProperty('filters')
    expect(query).not.toHaveProperty('or_filters')
  })
})
