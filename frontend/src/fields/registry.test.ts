import { describe, expect, it } from 'vitest'

import { fieldtypes } from '@/metadata/doctype'
import type { Fieldtype } from '@/metadata/doctype'
import { setLanguage } from '@/shared/i18n'

import { field } from '../../tests/examples'
import { kindOf, kinds } from './registry'

const label = (text: string, context?: string): string => ({ Won: '赢单', 'Currency/DocField': '货币' })[context === undefined ? text : `${text}/${context}`] ?? text
const show = (fieldtype: Fieldtype, value: unknown, more = {}, row = {}): string =>
  kindOf(fieldtype).format(value as never, field('a', { fieldtype, ...more }), row, { label, title: (doctype, name) => (doctype === 'Customer' ? `${name}!` : name) })

describe('kinds', () => {
  it('cover all 43 field types, each exactly once', () => {
    expect(fieldtypes).toHaveLength(43)
    expect(kinds.flatMap((kind) => kind.fieldtypes).sort()).toEqual([...fieldtypes].sort())
  })

  it('have ids of their own and a control unless they only arrange', () => {
    expect(new Set(kinds.map((kind) => kind.id)).size).toBe(kinds.length)
    expect(kinds.filter((kind) => kind.component === null).map((kind) => kind.id)).toEqual(['layout'])
  })

  it('show an unknown type as text', () => expect(kindOf('Hologram' as Fieldtype).id).toBe('text'))
})

describe('format', () => {
  it.each([
    ['Data', '上海宏远', {}, '上海宏远'],
    ['Data', null, {}, ''],
    ['Small Text', 'first\nsecond', {}, 'first'],
    ['Text Editor', '<p>Two <b>pilots</b></p><p>later</p>', {}, 'Two pilots'],
    ['Int', 12345, {}, '12,345'],
    ['Float', 0.1, {}, '0.1'],
    ['Float', 2, { precision: '3' }, '2.000'],
    ['Percent', 12.5, {}, '12.5%'],
    ['Currency', 1054.5, {}, '1,054.50'],
    ['Currency', 'abc', {}, 'abc'],
    ['Check', 1, {}, 'Yes'],
    ['Check', 0, {}, 'No'],
    ['Rating', 0.8, {}, '4 ★'],
    ['Duration', 93_600, {}, '1d 2h'],
    ['Date', '2026-11-22', {}, 'Nov 22, 2026'],
    ['Datetime', '2026-11-22 01:22:24.149246', {}, 'Nov 22, 2026, 01:22'],
    ['Time', '01:22:24', {}, '01:22'],
    ['Select', 'Won', {}, '赢单'],
    ['Attach', '/private/files/%E5%90%88%E5%90%8C.pdf', {}, '合同.pdf'],
    ['Password', 'secret', {}, '••••••'],
    ['Geolocation', '{"type":"Point","coordinates":[121.4737,31.2304]}', {}, '31.2304, 121.4737'],
    ['Geolocation', '{"type":"FeatureCollection","features":[{},{}]}', {}, '2 shapes on the map'],
    ['Geolocation', null, {}, ''],
    ['Table', [{}, {}], {}, '2 rows'],
  ] as [Fieldtype, unknown, object, string][])('%s %j with %j is %s', (fieldtype, value, more, expected) => {
    expect(show(fieldtype, value, more)).toBe(expected)
  })

  it('calls a field type as field types are called', () => {
    const shown = (fieldname: string): string => kindOf('Select').format('Currency', field(fieldname, { fieldtype: 'Select' }), {}, { label, title: (_doctype, name) => name })
    expect([shown('fieldtype'), shown('status')]).toEqual(['货币', 'Currency'])
  })

  it('names the currency of the row', () => {
    expect(show('Currency', 10, { options: 'currency' }, { currency: 'CNY' })).toBe('10.00 CNY')
    expect(show('Currency', 10, { options: 'currency' }, { currency: '<b>' })).toBe('10.00')
  })

  it('follows the language', async () => {
    await setLanguage('zh-CN')
    expect(show('Date', '2026-11-22')).toBe('2026年11月22日')
    expect(show('Check', 1)).toBe('是')
    await setLanguage('en')
  })
})
