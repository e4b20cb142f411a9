import { expect, it } from 'vitest'

import { field, metaOf } from '../../../tests/examples'
import { exportColumns } from './columns'

it('offers what stands in the record itself, and no password', () => {
  const meta = metaOf([field('title', { label: '标题' }), field('key', { fieldtype: 'Password' }), field('rows', { fieldtype: 'Table' }), field('part', { fieldtype: 'Section Break' })])
  expect(exportColumns(meta).map(({ name }) => name)).toEqual(['name', 'title', 'owner', 'creation', 'modified'])
})
