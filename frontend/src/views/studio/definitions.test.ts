import { describe, expect, it } from 'vitest'

import type { Row } from '@/api/resource'
import type { Studied } from '@/api/studio'

import { draftOf, startShape } from './definitions'
import { moved } from './outline'

const row = (fieldname: string, more: Row = {}): Row => ({ fieldname, fieldtype: 'Data', label: fieldname, ...more })
const typeOf = (): string => 'Data'

function studied(more: Partial<Studied> = {}): Studied {
  const fields = [row('first', { parent: 'Customer', idx: 1, reqd: 0 }), row('second', { idx: 2 }), row('tier', { idx: 3 })]
  return {
    doctype: { name: 'Customer', doctype: 'DocType', title_field: null, fields },
    labels: {},
    layer: 'core',
    own: null,
    layers: { first: 'core', second: 'core', tier: 'site' },
    provenance: {},
    custom_fields: [{ doctype: 'Custom Field', name: 'Customer-tier', dt: 'Customer', fieldname: 'tier', insert_after: 'second' }],
    setters: [{ doctype: 'Property Setter', name: 'old-name', doc_type: 'Customer', field_name: 'second', property: 'label', value: 'Zwei' }],
    permissions: [],
    as_of: 4,
    ...more,
  }
}

describe('a DocType of the product', () => {
  it('that nothing was done to gives nothing', () => {
    const found = studied()
    const shape = startShape(found)
    shape.fields[0]!['reqd'] = false
    shape.properties['title_field'] = ''
    expect(draftOf(found, shape, typeOf)).toEqual({ definitions: [], removed: [], as_of: 4 })
  })

  it('is changed by Property Setters; one that is there is written again', () => {
    const found = studied()
    const shape = startShape(found)
    shape.fields[0]!['reqd'] = true
    shape.fields[1]!['label'] = '第二'
    shape.properties['title_field'] = 'first'
    const setter = { doctype: 'Property Setter', doc_type: 'Customer', property_type: 'Data' }
    expect(draftOf(found, shape, typeOf).definitions).toEqual([
      { ...setter, name: 'Customer-first-reqd', doctype_or_field: 'DocField', field_name: 'first', property: 'reqd', value: '1' },
      { ...setter, name: 'old-name', doctype_or_field: 'DocField', field_name: 'second', property: 'label', value: '第二' },
      { ...setter, name: 'Customer-main-title_field', doctype_or_field: 'DocType', property: 'title_field', value: 'first' },
    ])
  })

  it('gets Custom Fields after the field before them, and loses own ones only', () => {
    const found = studied()
    const shape = startShape(found)
    shape.fields = [shape.fields[0]!, row('new', { fieldtype: 'Int' }), shape.fields[1]!]
    expect(draftOf(found, shape, typeOf)).toEqual({
      definitions: [{ doctype: 'Custom Field', name: 'Customer-new', dt: 'Customer', fieldname: 'new', fieldtype: 'Int', label: 'new', insert_after: 'first' }],
      removed: [['Custom Field', 'Customer-tier']],
      as_of: 4,
    })
  })

  it('writes an order down when fields moved, or where one is written down', () => {
    const order = (found: Studied, fields: Row[]): unknown => draftOf(found, { ...startShape(found), fields }, typeOf).definitions.at(-1)?.['value']
    const found = studied()
    expect(order(found, moved(startShape(found).fields, 2, 0))).toBe('["tier","first","second"]')
    const ordered = studied({ provenance: { field_order: 'site' } })
    expect(order(ordered, [...startShape(ordered).fields, row('new')])).toBe('["first","second","tier","new"]')
  })

  it('replaces all rights of the site when one is another', () => {
    const delivered = [{ role: 'Sales User', read: 1 }]
    const found = studied({ permissions: ['old', 'Customer-Sales User-0'] })
    found.doctype['permissions'] = delivered
    const shape = startShape(found)
    shape.properties['permissions'] = [{ ...delivered[0]!, write: 1 }, { role: 'Guest', permlevel: 1, if_owner: 1, read: 1, delete: 0 }]
    const right = { doctype: 'Custom DocPerm', parent: 'Customer', read: 1 }
    expect(draftOf(found, shape, typeOf)).toEqual({
      definitions: [
        { ...right, name: 'Customer-Sales User-0', role: 'Sales User', write: 1 },
        { ...right, name: 'Customer-Guest-1-own', role: 'Guest', permlevel: 1, if_owner: 1 },
      ],
      removed: [['Custom DocPerm', 'old']],
      as_of: 4,
    })
  })

  it('takes Property Setters back', () => {
    const found = studied()
    expect(draftOf(found, { ...startShape(found), reset: ['old-name'] }, typeOf).removed).toEqual([['Property Setter', 'old-name']])
  })
})

describe('a DocType of the site', () => {
  const own = { doctype: 'DocType', name: 'Rental', module: 'CRM', custom: 1, field_order: '["title"]', fields: [row('title')] }

  it('is written as a whole', () => {
    const found = studied({ own, layer: 'site' })
    const shape = startShape(found)
    expect(draftOf(found, shape, typeOf)).toEqual({ definitions: [], removed: [], as_of: 4 })
    shape.fields.push(row('price', { fieldtype: 'Currency', idx: 9, parent: 'Rental' }))
    expect(draftOf(found, shape, typeOf).definitions).toEqual([
      { doctype: 'DocType', name: 'Rental', module: 'CRM', custom: 1, fields: [row('title'), row('price', { fieldtype: 'Currency' })] },
    ])
  })
})
