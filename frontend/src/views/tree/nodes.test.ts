import { expect, it, vi } from 'vitest'

import { field, metaOf } from '../../../tests/examples'
import { listDocuments } from '@/api/resource'
import { buildListModel } from '@/metadata/columns'
import { treeParent } from '@/metadata/aggregates'

import { readListState } from '../list/list-state'
import { ask, childrenOf, nameField } from './nodes'

vi.mock('@/api/resource', async (original) => ({ ...(await original<typeof import('@/api/resource')>()), listDocuments: vi.fn() }))

const fields = [field('region', { reqd: 1 }), field('parent_order', { fieldtype: 'Link', options: 'Order' }), field('is_group', { fieldtype: 'Check' })]
const meta = metaOf(fields, { title_field: 'region' })
meta.doctype.is_tree = 1

it('reads the nodes below one, under the filters of the list', async () => {
  vi.mocked(listDocuments).mockResolvedValue([{ name: 'N-1', region: '华东', parent_order: 'N-0', is_group: 0 }])
  const found = await childrenOf({ meta, criteria: { filters: [['status', '=', 'Open']] }, state: readListState({}) }, treeParent(meta)!, 'N-0')
  expect(found).toEqual([{ name: 'N-1', title: '华东', parent: 'N-0', isGroup: false }])
  expect(vi.mocked(listDocuments).mock.calls[0]?.[1].filters).toEqual([['status', '=', 'Open'], ['parent_order', '=', 'N-0']])
  expect(buildListModel(meta).title?.fieldname).toBe('region')
})

it('adds in place what needs a name only', () => {
  expect(nameField(meta)?.fieldname).toBe('region')
  expect(nameField(metaOf([...fields, field('code', { reqd: 1 })]))).toBeNull()
  expect(nameField(metaOf([field('owner_link', { fieldtype: 'Link', reqd: 1 })]))).toBeNull()
})

it('renames the title where it is not the name', () => {
  expect(ask(meta)).toBe('title')
  expect(ask({ ...meta, doctype: { ...meta.doctype, autoname: 'field:region' } })).toBe('name')
  expect(ask({ ...meta, title_field: null })).toBe('name')
})

it('has no parent where the DocType is no tree', () => expect(treeParent(metaOf(fields))).toBeNull())
