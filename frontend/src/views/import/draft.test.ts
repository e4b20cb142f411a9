import { describe, expect, it } from 'vitest'

import type { FileContent, Mapping } from '@/api/imports'

import { doctype, field, metaOf } from '../../../tests/examples'
import { fieldChoices, fits, mapColumn, mappedFields, mappingOf, missingFields, newDraft, withMapping, withValues } from './draft'

const item = doctype([field('product', { label: '产品', fieldtype: 'Link', options: 'Product' })], { name: 'Order Item' })
const meta = metaOf(
  [
    field('title', { label: '标题', reqd: 1 }),
    field('code', { unique: 1 }),
    field('secret', { fieldtype: 'Password' }),
    field('total', { read_only: 1 }),
    field('items', { fieldtype: 'Table', options: 'Order Item', label: 'Items' }),
  ],
  { children: { 'Order Item': item }, title_field: 'title' },
)
const content: FileContent = {
  columns: [
    { column: '标题', field: 'title', guess: null, reason: null },
    { column: 'Cod', field: null, guess: 'code', reason: 'no' },
    { column: 'Nonsense', field: null, guess: null, reason: 'no' },
  ],
  rows: [['甲', '1', ''], ['乙', '2', 'x']],
}

describe('a draft', () => {
  it('offers the fields of the document and of its rows, none that cannot be set', () => {
    expect(fieldChoices(meta).map(({ label, choices }) => [label, choices.map(({ path }) => path)])).toEqual([
      ['Order', ['title', 'code', 'name']],
      ['Items', ['items.product', 'items.name']],
    ])
  })

  it('starts with what the columns are called, and is known by what is unique', () => {
    const draft = newDraft(meta, content)
    expect(draft.columns.map(({ field: path, samples }) => [path, samples])).toEqual([['title', ['甲', '乙']], ['code', ['1', '2']], ['', ['x']]])
    expect([draft.key, missingFields(meta, draft)]).toEqual([['code'], []])
    expect(mappingOf(draft)).toEqual({ key: ['code'], columns: { 标题: { field: 'title' }, Cod: { field: 'code' } }, ignore: ['Nonsense'] })
  })

  it('forgets the key with its column and tells what is missing', () => {
    const draft = mapColumn(mapColumn(newDraft(meta, content), 'Cod', ''), '标题', '')
    expect([draft.key, mappedFields(draft.columns), missingFields(meta, draft)]).toEqual([[], [], ['标题']])
  })

  it('takes a saved mapping over and gives it back', () => {
    const mapping: Mapping = {
      key: ['title'],
      columns: { 标题: [{ field: 'title' }, { field: 'code', multiply: 2 }], Nonsense: { field: 'items.product', values: { x: 'VFD' } } },
      ignore: ['Cod'],
      date_format: '%d.%m.%Y',
      defaults: { code: 5 },
    }
    expect([fits(mapping, content), fits({ ...mapping, ignore: [] }, content), fits({ ...mapping, ignore: ['Cod', 'More'] }, content)]).toEqual([true, false, false])
    expect(mappingOf(withMapping(newDraft(meta, content), mapping))).toEqual(mapping)
  })

  it('keeps values apart by field and leaves others as they are', () => {
    const draft = withValues(newDraft(meta, content), '标题', 'title', { 甲: 'A' }, 'customer_name')
    expect(mappingOf(draft).columns['标题']).toEqual({ field: 'title', match: 'customer_name', values: { 甲: 'A' }, other: 'keep' })
    expect(mappingOf(withValues(draft, '标题', 'code', { 乙: 'B' }, '')).columns).toEqual(mappingOf(draft).columns)
  })

  it('does not soften a mapping that refuses what it does not list', () => {
    const strict = withMapping(newDraft(meta, content), { columns: { 标题: { field: 'title', values: { a: 'b' } } }, ignore: [] })
    expect(mappingOf(withValues(strict, '标题', 'title', { 甲: 'A' }, '')).columns['标题']).toMatchObject({ values: { a: 'b', 甲: 'A' }, other: 'refuse' })
  })
})
