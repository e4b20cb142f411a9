import { describe, expect, it } from 'vitest'

import type { Row } from '@/api/resource'

import { beside, copied, endOfTab, fieldnameFor, inserted, moved, movedPart, nameOf, outline, relabelled, retitled, tabOf, titled } from './outline'

const row = (fieldname: string, fieldtype = 'Data'): Row => ({ fieldname, fieldtype })
const shape = (fields: Row[]): unknown =>
  outline(fields).map((tab) => [tab.key, tab.sections.map((section) => section.columns.map((column) => [column.start, column.fields.map(nameOf).join('')]))])

describe('outline', () => {
  it('gives an empty form one column to drop into', () => {
    expect(shape([])).toEqual([['first', [[[0, '']]]]])
  })

  it('keeps empty columns, sections and tabs, and says where their first field would stand', () => {
    const fields = [row('a'), row('c', 'Column Break'), row('s', 'Section Break'), row('t', 'Tab Break'), row('b')]
    expect(shape(fields)).toEqual([
      ['first', [[[0, 'a'], [2, '']], [[3, '']]]],
      ['t', [[[4, 'b']]]],
    ])
  })

  it('has no tab or section that nobody made', () => {
    expect(shape([row('t', 'Tab Break'), row('s', 'Section Break'), row('a')])).toEqual([['t', [[[2, 'a']]]]])
  })
})

describe('moves', () => {
  const names = (fields: Row[]): string => fields.map(nameOf).join('')
  const list = ['a', 'b', 'c', 'd'].map((name) => row(name))

  it('takes a field to the place before another one', () => {
    expect(names(moved(list, 0, 2))).toBe('bacd')
    expect(names(moved(list, 3, 0))).toBe('dabc')
    expect(names(moved(list, 1, 4))).toBe('acdb')
    expect(names(moved(list, 9, 0))).toBe('abcd')
    expect(names(inserted(list, 1, row('x')))).toBe('axbcd')
  })
})

describe('fieldnameFor', () => {
  it('is made of the label, else of the type, and never taken', () => {
    expect(fieldnameFor('Größe in m²', 'Data', new Set())).toBe('gro_e_in_m2')
    expect(fieldnameFor('车牌号', 'Data', new Set())).toBe('data')
    expect(fieldnameFor('2nd name', 'Data', new Set(['nd_name']))).toBe('nd_name_2')
    expect(fieldnameFor('', 'Section Break', new Set(['section_break', 'section_break_2']))).toBe('section_break_3')
  })
})

describe('relabelled', () => {
  const field = { fieldname: 'data', fieldtype: 'Data', label: 'Data' }

  it('names a field after its label until somebody writes a name', () => {
    expect(relabelled([field, row('price')], field, 'Price')).toEqual({ fieldname: 'price_2', fieldtype: 'Data', label: 'Price' })
    const named = { ...field, fieldname: 'own' }
    expect(relabelled([named], named, 'Price')).toEqual({ fieldname: 'own', fieldtype: 'Data', label: 'Price' })
  })
})

describe('the title of a new DocType', () => {
  it('is its first line of text, follows its name and goes with it', () => {
    const begun = titled({}, 'Data', 'data')
    expect(begun).toEqual({ title_field: 'data', show_title_field_in_link: 1 })
    expect(titled(begun, 'Data', 'data_2')).toBe(begun)
    expect(titled({}, 'Int', 'days')).toEqual({})
    expect(titled({ istable: 1 }, 'Data', 'data')).toEqual({ istable: 1 })
    expect(retitled(begun, 'data', 'equipment_name')['title_field']).toBe('equipment_name')
    expect(retitled(begun, 'data', '')['title_field']).toBe('')
    expect(retitled(begun, 'other', 'x')).toBe(begun)
  })
})

describe('a long form', () => {
  const fields = [row('a'), row('s', 'Section Break'), row('b'), row('c', 'Column Break'), row('d'), row('u', 'Section Break'), row('e'), row('t', 'Tab Break'), row('f')]
  const names = (rows: Row[]): string => rows.map(nameOf).join('')

  it('tells the tab of every field, of the breaks too', () => {
    expect(['a', 'c', 'u', 't', 'f'].map((name) => tabOf(outline(fields), fields, name)?.key)).toEqual(['first', 'first', 'first', 't', 't'])
    expect(tabOf(outline(fields), fields, 'none')).toBeUndefined()
  })

  it('takes a field to the end of a tab, and of the column beside its own', () => {
    expect(outline(fields).map(endOfTab)).toEqual([7, 9])
    expect(names(moved(fields, 2, beside(fields, 'b', 1)))).toBe('ascdbuetf')
    expect(names(moved(fields, 4, beside(fields, 'd', -1)))).toBe('asbdcuetf')
    expect(names(moved(fields, 0, beside(fields, 'a', -1)))).toBe(names(fields))
  })

  it('moves a section with all in it, and no farther than its tab', () => {
    expect(names(movedPart(fields, 1, 1))).toBe('auesbcdtf')
    expect(names(movedPart(fields, 5, -1))).toBe('auesbcdtf')
    expect(names(movedPart(fields, 1, -1))).toBe(names(fields))
    expect(names(movedPart(fields, 5, 1))).toBe(names(fields))
  })

  it('copies a field under a name of its own, not its uniqueness', () => {
    expect(copied({ fieldname: 'size', fieldtype: 'Data', label: '尺寸', unique: 1 }, new Set(['size']))).toEqual({ fieldname: 'size_2', fieldtype: 'Data', label: '尺寸', unique: 0 })
  })
})
