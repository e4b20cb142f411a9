import { describe, expect, it } from 'vitest'

import type { Row } from '@/api/resource'

import { fieldnameFor, inserted, moved, nameOf, outline, relabelled, retitled, titled } from './outline'

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
