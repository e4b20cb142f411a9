import { expect, test } from 'vitest'

import { isAskable, newValue, valueBody, valueParts } from './value-parts'

const names = (parts: readonly { field: string }[]): string[] => parts.map(({ field }) => field)

test('only what the kind reads is asked and sent', () => {
  const chart = { ...newValue('Dashboard Chart'), chart_name: '赢单', document_type: 'Lead', group_by_based_on: 'status', value_based_on: 'old' }
  expect(names(valueParts('Dashboard Chart', chart))).not.toContain('value_based_on')
  expect(valueBody('Dashboard Chart', chart)).toMatchObject({ value_based_on: null, group_by_based_on: 'status', report_name: null, y_axis: [] })
  const overTime = { ...chart, chart_type: 'Sum', timeseries: 1 }
  expect(names(valueParts('Dashboard Chart', overTime))).toEqual(expect.arrayContaining(['value_based_on', 'based_on', 'timespan', 'time_interval']))
})

test('a first look needs what is counted', () => {
  const card = newValue('Number Card')
  expect(isAskable('Number Card', card)).toBe(false)
  expect(isAskable('Number Card', { ...card, document_type: 'Lead' })).toBe(true)
  expect(isAskable('Number Card', { ...card, document_type: 'Lead', function: 'Sum' })).toBe(false)
  expect(isAskable('Dashboard Chart', { ...newValue('Dashboard Chart'), document_type: 'Lead' })).toBe(false)
  expect(isAskable('Dashboard Chart', { chart_type: 'Report', report_name: 'R' })).toBe(true)
})
