import { expect, test } from 'vitest'

import type { ReportAnswer } from '@/api/reports'

import { crossTab } from './cross-tab'

const column = (fieldname: string) => ({ fieldname, label: fieldname, fieldtype: 'Data', options: '' })
const rows = [
  { territory: '华东', status: 'Won', count: 2, sum: 30 },
  { territory: '华东', status: 'Open', count: 1, sum: 5 },
  { territory: '华南', status: 'Won', count: 1, sum: 7 },
]
const answer: ReportAnswer = { columns: ['territory', 'status', 'count', 'sum'].map(column), result: rows, add_total_row: 0, message: null }

test('the last grouping goes across, and what is missing stays empty', () => {
  expect(crossTab(answer, rows, { rows: 1 })).toEqual({
    across: ['Open', 'Won'],
    rows: [
      { key: ['华东'], cells: [[1, 5], [2, 30]] },
      { key: ['华南'], cells: [[], [1, 7]] },
    ],
  })
})

test.each([null, {}, { rows: 0 }, { rows: 3 }])('nothing goes across with %j', (layout) => {
  expect(crossTab(answer, rows, layout)).toBeNull()
})

test('no row is lost where a further grouping has several rows for a place', () => {
  const columns = ['region', 'stage', 'product', 'count'].map(column)
  const found = [
    { region: '华东', stage: 'Open', product: 'A', count: 1 },
    { region: '华东', stage: 'Open', product: 'B', count: 4 },
  ]
  const asked = { columns, result: found, add_total_row: 0, message: null } as ReportAnswer
  expect(crossTab(asked, found.slice(0, 1), { rows: 1 })?.rows[0]?.cells).toEqual([['A', 1]])
  expect(crossTab(asked, found, { rows: 1 })).toBeNull()
  expect(crossTab(asked, found, { rows: 1 }, true)).toBeNull()
})

test('choices stand in the order of their options, and a grid has all of them', () => {
  const level = (fieldname: string) => ({ ...column(fieldname), fieldtype: 'Select', options: '\nHigh\nMiddle\nLow' })
  const columns = [level('contribution'), level('cost'), column('count')]
  const found = [
    { contribution: 'Low', cost: 'Low', count: 1 },
    { contribution: '', cost: 'High', count: 4 },
    { contribution: 'High', cost: 'High', count: 2 },
  ]
  const asked = { columns, result: found, add_total_row: 0, message: null } as ReportAnswer
  const shown = crossTab(asked, found, { rows: 1 })
  expect([shown?.across, shown?.rows.map(({ key }) => key[0])]).toEqual([['High', 'Low'], ['High', 'Low', '']])
  const grid = crossTab(asked, found, { rows: 1 }, true)
  expect([grid?.across, grid?.rows.map(({ key }) => key[0])]).toEqual([['High', 'Middle', 'Low'], ['High', 'Middle', 'Low', '']])
  expect(grid?.rows.map(({ cells }) => cells)).toEqual([[[2], [], []], [[], [], []], [[], [], [1]], [[4], [], []]])
})
