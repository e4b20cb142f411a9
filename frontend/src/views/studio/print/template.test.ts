import { describe, expect, it } from 'vitest'

import type { Meta } from '@/metadata/doctype'

import { readBlocks, standardBlocks, writeBlocks } from './blocks'
import type { Block } from './blocks'
import { templateOf } from './template'

const meta = {
  doctype: {
    name: 'Rental',
    fields: [
      { fieldname: 'customer', fieldtype: 'Link', options: 'Customer', label: 'Customer' },
      { fieldname: 'secret', fieldtype: 'Password', label: 'Secret' },
      { fieldname: 'column', fieldtype: 'Column Break' },
      { fieldname: 'currency', fieldtype: 'Link', options: 'Currency', label: 'Currency' },
      { fieldname: 'part', fieldtype: 'Section Break', label: '设备' },
      { fieldname: 'items', fieldtype: 'Table', options: 'Rental Row', label: 'Items' },
    ],
  },
  children: {
    'Rental Row': {
      name: 'Rental Row',
      fields: [
        { fieldname: 'product', fieldtype: 'Data', label: 'Product', in_list_view: 1 },
        { fieldname: 'note', fieldtype: 'Data', label: 'Note' },
        { fieldname: 'amount', fieldtype: 'Currency', label: 'Amount', in_list_view: 1 },
      ],
    },
  },
} as unknown as Meta

const html = (...blocks: Block[]): string => templateOf(blocks, meta).html

describe('a print format by blocks', () => {
  it('starts from the sections and tables of the form, without secrets', () => {
    expect(standardBlocks(meta)).toEqual([
      { kind: 'letterhead' },
      { kind: 'title' },
      { kind: 'fields', columns: [['customer'], ['currency']], keepsEmpty: false },
      { kind: 'heading', text: '设备' },
      { kind: 'table', table: 'items', columns: ['product', 'amount'], totals: [] },
    ])
  })

  it('is kept as data, and told from what others keep there', () => {
    const blocks = standardBlocks(meta)
    expect(readBlocks(writeBlocks(blocks))).toEqual(blocks)
    for (const foreign of ['', '[{"fieldname": "customer"}]', '{"version": 2, "blocks": []}', '{']) expect(readBlocks(foreign)).toBeNull()
  })

  it('writes texts as texts: nothing in them becomes code', () => {
    expect(html({ kind: 'heading', text: 'A "b" {{ 7*7 }} \\' })).toBe('<h2>{{ _("A \\"b\\" {{ 7*7 }} \\\\") }}</h2>')
    expect(html({ kind: 'text', text: 'For {customer} <b> {nothing}' })).toBe(
      '<div class="block-text"><p>{{ _("For ") }}{{ doc|formatted("customer") }}{{ _(" <b> ") }}{{ _("{nothing}") }}</p></div>',
    )
  })

  it('sums columns in the currency of the document', () => {
    const table = html({ kind: 'table', table: 'items', columns: ['product', 'amount'], totals: ['amount'] })
    expect(table).toContain('{{ doc["items"]|selectattr("amount")|sum(attribute="amount")|money(doc.currency) }}')
    expect(table).toContain('<th class="number">{{ row|label("amount") }}</th>')
    expect(html({ kind: 'table', table: 'gone', columns: ['product'], totals: [] })).toBe('')
  })
})
