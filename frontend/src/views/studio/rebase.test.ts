import { expect, test } from 'vitest'

import type { Row } from '@/api/resource'
import type { Studied } from '@/api/studio'

import { startShape } from './definitions'
import { rebased } from './rebase'

const row = (fieldname: string, more: Row = {}): Row => ({ fieldname, fieldtype: 'Data', label: fieldname, ...more })

function studied(fields: Row[], more: Row = {}, asOf = 1): Studied {
  const own = { doctype: 'DocType', name: 'Visit', module: 'CRM', ...more, fields }
  return { doctype: own, labels: {}, layer: 'site', own, layers: {}, provenance: {}, custom_fields: [], setters: [], permissions: [], as_of: asOf }
}

const names = (rows: readonly Row[]): unknown[] => rows.map((one) => one['fieldname'])

test('fields that two people add both stand, each behind the one it was put behind', () => {
  const base = studied([row('title'), row('note')])
  const shape = { ...startShape(base), fields: [row('title'), row('mine'), row('note')] }
  const fresh = studied([row('title'), row('note'), row('theirs')], {}, 2)
  const found = rebased(base, shape, fresh)
  expect(names(found.shape.fields)).toEqual(['title', 'mine', 'note', 'theirs'])
  expect(found.clashes).toEqual([])
})

test('each property comes from whoever changed it; one that both changed is told, and one\'s own stands', () => {
  const base = studied([row('title')], { title_field: '', sort_field: 'name' })
  const shape = startShape(base)
  shape.fields[0] = row('title', { label: 'Mine', reqd: 1 })
  shape.properties['title_field'] = 'title'
  const fresh = studied([row('title', { label: 'Theirs', unique: 1 })], { title_field: '', sort_field: 'modified' })
  const found = rebased(base, shape, fresh)
  expect(found.shape.fields[0]).toMatchObject({ label: 'Mine', reqd: 1, unique: 1 })
  expect(found.shape.properties).toMatchObject({ title_field: 'title', sort_field: 'modified' })
  expect(found.clashes).toEqual(['title.label'])
})

test('a field that one removed goes, unless the other has changed it', () => {
  const base = studied([row('title'), row('a'), row('b'), row('c')])
  const shape = { ...startShape(base), fields: [row('title'), row('b', { reqd: 1 }), row('c')] }
  const fresh = studied([row('title'), row('a')])
  const found = rebased(base, shape, fresh)
  expect(names(found.shape.fields)).toEqual(['title', 'b'])
  expect(found.shape.fields[1]).toMatchObject({ fieldname: 'b', reqd: 1 })
  expect(found.clashes, 'c went, b was to stay although it was taken away').toEqual(['b'])
})

test('a field that I removed and the other has changed stays as they have it, and is named', () => {
  const base = studied([row('title'), row('a')])
  const shape = { ...startShape(base), fields: [row('title')] }
  const fresh = studied([row('title'), row('a', { label: 'Theirs' })])
  const found = rebased(base, shape, fresh)
  expect(found.shape.fields[1]).toMatchObject({ fieldname: 'a', label: 'Theirs' })
  expect(found.clashes).toEqual(['a'])
})

test('an order of one\'s own is kept, with what is new in its place', () => {
  const base = studied([row('a'), row('b'), row('c')])
  const shape = { ...startShape(base), fields: [row('c'), row('a'), row('b')] }
  const fresh = studied([row('a'), row('new'), row('b'), row('c')])
  expect(names(rebased(base, shape, fresh).shape.fields)).toEqual(['c', 'a', 'new', 'b'])
})
