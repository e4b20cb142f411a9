import { afterEach, describe, expect, it } from 'vitest'

import type { ChartValue } from '@/api/dashboards'
import { setLanguage } from '@/shared/i18n'

import { chartOption, chartTypeOf } from './chart-option'
import { addressOf, change, labelText, periodText, shortNumber, ticksOf } from './values'

const context = { label: (text: string) => (text === 'Won' ? '赢单' : text), title: (_doctype: string, name: string) => (name === 'C-1' ? '星河' : name) }
const chart = (more: Partial<ChartValue>): ChartValue => ({
  name: 'x', label: 'x', type: 'Bar', color: null, report: null, doctype: 'Order', filters: [], interval: '', group: {}, series: [], ...more,
})
const point = (label: string | number | null, rest = false): ChartValue['series'][number]['points'][number] => ({ label, value: 1, filters: null, rest })

afterEach(() => setLanguage('en'))

describe('labels', () => {
  it('are titles, translations and words for nothing and the rest', () => {
    expect(labelText(chart({ group: { fieldtype: 'Link', options: 'Customer', fieldname: 'customer' } }), point('C-1'), context)).toBe('星河')
    expect(labelText(chart({ group: { fieldtype: 'Select', fieldname: 'status' } }), point('Won'), context)).toBe('赢单')
    expect(labelText(chart({}), point(null), context)).toBe('(empty)')
    expect(labelText(chart({}), point(null, true), context)).toBe('Others')
  })

  it('name intervals in the language', async () => {
    expect([periodText('2026-03-01', 'Monthly'), periodText('2026-04-01', 'Quarterly'), periodText('2026-01-01', 'Yearly')]).toEqual(['Mar 2026', 'Q2 2026', '2026'])
    await setLanguage('zh')
    expect(periodText('2026-03-01', 'Monthly')).toBe('2026年3月')
    expect(shortNumber(1_250_000)).toBe('125万')
  })
})

describe('the list behind a value', () => {
  it('has its conditions in the address', () => {
    expect(addressOf([['status', '=', 'Won'], ['Order', 'day', 'between', ['a', 'b']] as unknown as [string, string, unknown]])).toEqual({
      filters: '[["status","=","Won"],["day","between",["a","b"]]]',
    })
    expect(addressOf([])).toEqual({})
  })
})

it('tells a change only where there was something before', () => {
  expect([change(15, 10), change(5, -10), change(3, 0), change(3, null)]).toEqual([50, 150, null, null])
})

describe('chartOption', () => {
  const palette = { text: '#111', quiet: '#555', line: '#eee', surface: '#fff', colors: ['#00f', '#0f0'] }
  const data = { labels: ['甲', '乙'], series: [{ name: '金额', values: [3, 1] }], format: String }

  it.each([
    ['Bar', 'bar', 1], ['Line', 'line', 1], ['Pie', 'pie', 1], ['Donut', 'pie', 1], ['Percentage', 'bar', 2], ['Heatmap', 'heatmap', 1], ['Unknown', 'bar', 1],
  ])('draws %s', (name, type, lines) => {
    const option = chartOption({ ...data, type: chartTypeOf(name) }, palette, 600) as { series: { type: string }[] }
    expect(option.series.map((series) => series.type)).toEqual(Array.from({ length: lines }, () => type))
  })

  it('slants names that would cover each other, and counts in whole steps', () => {
    type Option = { xAxis: { axisLabel: { rotate: number; interval: number | 'auto' } }; yAxis: { minInterval?: number } }
    const of = (labels: string[], values: number[], width: number, type: 'bar' | 'line' = 'bar') => chartOption({ ...data, type, labels, series: [{ name: '数', values }] }, palette, width) as Option
    const names = ['Engaging', 'Renewal Due', '已报续约', 'Won']
    expect(of(names, [1, 2, 3, 4], 600).xAxis.axisLabel).toMatchObject({ rotate: 0, interval: 0 })
    expect(of(names, [1, 2, 3, 4], 320, 'line').xAxis.axisLabel).toMatchObject({ rotate: 35, interval: 0 })
    expect(of(Array.from({ length: 30 }, () => '2026年11月'), [1], 320).xAxis.axisLabel).toMatchObject({ rotate: 35, interval: 'auto' })
    expect([of(names, [1, 2], 600).yAxis.minInterval, of(names, [0.5, 2], 600).yAxis.minInterval]).toEqual([1, undefined])
  })

  it('lays bars down whose names would cover each other, and leaves none of the names out', () => {
    type Option = { xAxis: { type: string }; yAxis: { type: string; inverse?: boolean; axisLabel: { rotate: number; interval: number | 'auto' } } }
    const of = (labels: string[], width: number) => chartOption({ ...data, type: 'bar', labels, series: [{ name: '数', values: [1] }] }, palette, width) as Option
    const products = Array.from({ length: 11 }, (_, at) => `振动传感器 VS-${at}`)
    expect(of(products, 560)).toMatchObject({ xAxis: { type: 'value' }, yAxis: { type: 'category', inverse: true, axisLabel: { rotate: 0, interval: 0 } } })
    expect(of(products.slice(0, 3), 560).xAxis.type).toBe('category')
  })

  it('names months of an axis shortly, the year once', () => {
    const points = ['2025-12-01', '2026-01-01', '2026-02-01'].map((day) => point(day))
    const months = chart({ interval: 'Monthly', series: [{ label: '', value: { fieldtype: 'Int', options: '' }, points }] })
    expect(ticksOf(months)).toEqual(['Dec\n2025', 'Jan\n2026', 'Feb'])
    expect(ticksOf({ ...months, interval: 'Yearly' })).toEqual(['2025', '2026', '2026'])
    expect(ticksOf({ ...months, interval: '' })).toBeUndefined()
    type Option = { xAxis: { axisLabel: { rotate: number; interval: number; formatter: (name: string, at: number) => string } } }
    const { axisLabel } = (chartOption({ ...data, type: 'bar', labels: ['2025年12月', '2026年1月'], ticks: ['12月\n2025', '1月\n2026'] }, palette, 200) as Option).xAxis
    expect([axisLabel.rotate, axisLabel.interval, axisLabel.formatter('2026年1月', 1)]).toEqual([0, 0, '1月\n2026'])
  })

  it('leaves a gap for a mean of nothing', () => {
    const option = chartOption({ ...data, series: [{ name: '满意度', values: [4, null] }], type: 'line' }, palette, 600) as { series: { data: unknown }[] }
    expect(option.series.map((series) => series.data)).toEqual([[4, null]])
  })

  it('begins with the own colour', () => expect(chartOption({ ...data, type: 'bar', color: '#f00' }, palette, 600)['color']).toEqual(['#f00', '#00f', '#0f0']))
})
