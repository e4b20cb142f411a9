import { describe, expect, it } from 'vitest'

import { doctype, field, metaOf } from '../../tests/examples'
import { changes, defaultValue, duplicate, isSame, newRow } from './documents'

const author = { user: 'anna@example.com', time_zone: 'Asia/Shanghai' }

describe('defaultValue', () => {
  it.each([
    [field('a'), null],
    [field('a', { default: '上海' }), '上海'],
    [field('a', { fieldtype: 'Int', default: '3' }), 3],
    [field('a', { fieldtype: 'Check' }), 0],
    [field('a', { fieldtype: 'Check', default: '1' }), 1],
    [field('a', { fieldtype: 'Table' }), []],
    [field('a', { fieldtype: 'Link', default: '__user' }), 'anna@example.com'],
    [field('a', { default: '__user' }), 'anna@example.com'],
    [field('a', { fieldtype: 'Link', options: 'User', default: 'user' }), 'anna@example.com'],
    [field('a', { fieldtype: 'Link', options: 'DocType', default: 'User' }), 'User'],
    [field('a', { fieldtype: 'Select', options: 'Now\nLater', default: 'Now' }), 'Now'],
    [field('a', { fieldtype: 'Select', options: 'Open\nClosed', reqd: 1 }), 'Open'],
    [field('a', { fieldtype: 'Select', options: 'Open\nClosed' }), null],
    [field('a', { fieldtype: 'Date', default: 'eval:today()' }), null],
  ])('of %j is %j', (given, expected) => expect(defaultValue(given, author)).toEqual(expected))

  it('means the day of the site by Today', () => {
    expect(defaultValue(field('a', { fieldtype: 'Date', default: 'Today' }), author)).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(defaultValue(field('a', { fieldtype: 'Datetime', default: 'now' }), author)).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/)
    expect(defaultValue(field('a', { fieldtype: 'Date', default: 'Now' }), author)).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(defaultValue(field('a', { fieldtype: 'Time', default: 'Now' }), author)).toMatch(/^\d{2}:\d{2}:\d{2}$/)
  })
})

describe('newRow', () => {
  it('has every field that holds a value', () => {
    const made = newRow(doctype([field('a'), field('s', { fieldtype: 'Section Break' }), field('b', { default: 'x' })]), author)
    expect(made).toEqual({ a: null, b: 'x' })
  })

  it('leaves moments and persons that nobody may enter to the server', () => {
    const opened = field('opened', { fieldtype: 'Datetime', default: 'now' })
    const by = field('by', { fieldtype: 'Link', options: 'User', default: '__user', read_only: 1 })
    const fields = [{ ...opened, read_only: 1 as const }, by, field('state', { default: 'Open', read_only: 1 })]
    expect(newRow(doctype(fields), author)).toEqual({ state: 'Open' })
    expect(Object.keys(newRow(doctype([opened]), author))).toEqual(['opened'])
  })
})

describe('isSame', () => {
  it('takes null, missing and empty text for one', () => {
    expect(isSame(null, undefined)).toBe(true)
    expect(isSame('', null)).toBe(true)
    expect(isSame(0, null)).toBe(false)
  })

  it('compares rows by their values', () => {
    expect(isSame([{ name: 'r', qty: 1, modified: 'a' }], [{ qty: 1, name: 'r', modified: 'b', note: null }])).toBe(true)
    expect(isSame([{ name: 'r', qty: 1 }], [{ name: 'r', qty: 2 }])).toBe(false)
    expect(isSame([{ name: 'a' }, { name: 'b' }], [{ name: 'b' }, { name: 'a' }])).toBe(false)
  })
})

describe('changes', () => {
  const meta = metaOf([field('title'), field('note'), field('items', { fieldtype: 'Table', options: 'Item' })])

  it('holds only what differs, and clears with null', () => {
    expect(changes(meta, { title: '旧', note: 'x' }, { title: '新', note: '' })).toEqual({ title: '新', note: '' })
    expect(changes(meta, { title: 'a', note: 'x' }, { title: 'a' })).toEqual({ note: null })
  })

  it('sends a table as a whole', () => {
    const rows = [{ name: 'r1', qty: 2 }]
    expect(changes(meta, { items: [{ name: 'r1', qty: 1 }] }, { items: rows })).toEqual({ items: rows })
  })
})

describe('duplicate', () => {
  it('takes over values and rows, but no names and nothing marked as not to copy', () => {
    const item = doctype([field('product')], { name: 'Item' })
    const meta = metaOf([field('title'), field('code', { no_copy: 1 }), field('items', { fieldtype: 'Table', options: 'Item' })], { children: { Item: item } })
    const doc = { name: 'O-1', docstatus: 1, title: '订单', code: 'X', items: [{ name: 'r1', idx: 1, product: 'P' }] }
    expect(duplicate(meta, doc, author)).toEqual({ title: '订单', code: null, items: [{ product: 'P' }] })
  })
})
