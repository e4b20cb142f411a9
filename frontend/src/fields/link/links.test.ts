import { expect, it } from 'vitest'

import type { DocField, Meta } from '@/metadata/doctype'

import { linksOf, linksOfDocument } from './links'

const field = (fieldname: string, fieldtype: DocField['fieldtype'], options?: string): DocField => ({ fieldname, fieldtype, options: options ?? null })

it('are links and dynamic links with the DocType that the row names', () => {
  const fields = [field('customer', 'Link', 'Customer'), field('kind', 'Link', 'DocType'), field('about', 'Dynamic Link', 'kind'), field('note', 'Data')]
  expect(linksOf(fields, [{ customer: 'C-1', kind: 'Lead', about: 'L-1', note: '电话' }])).toEqual([
    ['Customer', 'C-1'],
    ['DocType', 'Lead'],
    ['Lead', 'L-1'],
  ])
})

it('of a document include those of its first rows', () => {
  const meta = { doctype: { name: 'Order', fields: [field('items', 'Table', 'Row')] }, children: { Row: { name: 'Row', fields: [field('product', 'Link', 'Product')] } } } as unknown as Meta
  const items = Array.from({ length: 90 }, (_, n) => ({ product: `P-${n}` }))
  const links = linksOfDocument(meta, { items })
  expect(links[0]).toEqual(['Product', 'P-0'])
  expect(links).toHaveLength(40)
  expect(linksOfDocument(meta, {})).toEqual([])
})
