import { expect, test } from 'vitest'

import { askedOf, isGrouped, newDraft, queryOf, readDraft } from './report-draft'
import type { ReportDraft } from './report-draft'

const TABLES = new Set(['items'])
const describe = (path: string) => (path === 'status' ? { fieldtype: 'Select', label: '状态', options: 'Open\nWon' } : undefined)

function record(draft: ReportDraft) {
  return { report_type: 'Report Builder', json: JSON.stringify(queryOf(draft, TABLES)), filters: askedOf(draft, describe) }
}

const drafts: [string, ReportDraft][] = [
  ['plain rows', { ...newDraft(), columns: ['name', 'customer.territory'], order: 'name desc', limit: 50 }],
  ['groups across', { ...newDraft(), groups: ['customer.territory'], across: 'status', values: [{ name: 'sum', field: 'amount' }], chart: 'bar' }],
  ['asked filters', { ...newDraft(), columns: ['name'], filters: [{ field: 'status', operator: '=', value: 'Open', asked: true }, { field: 'amount', operator: 'between', value: '1,5', asked: false }] }],
  ['a grid with words', { ...newDraft(), groups: ['level'], across: 'cost', further: ['class'], values: [{ name: 'count', field: '' }], chart: 'heatmap' }],
]

test.each(drafts)('%s come back from the record as they were', (_, draft) => {
  expect(readDraft(record(draft))).toEqual(draft)
})

test('nothing across leaves no grid, and no grouping that nobody sees', () => {
  const grid = drafts[3]![1]
  expect(queryOf({ ...grid, across: '' }, TABLES)).toMatchObject({ group_by: ['level'], view: {} })
  expect(queryOf({ ...grid, across: '', chart: 'bar' }, TABLES)['view']).toEqual({ chart: 'bar' })
})

test('a document with several rows is counted once', () => {
  expect(queryOf({ ...newDraft(), groups: ['items.product'] }, TABLES)).toEqual({ group_by: ['items.product'], aggregates: [{ function: 'count', distinct: true }], view: {} })
  expect(queryOf({ ...newDraft(), groups: ['status'] }, TABLES)['aggregates']).toEqual([{ function: 'count' }])
  expect(isGrouped(newDraft())).toBe(false)
  expect(queryOf(newDraft(), TABLES)['columns']).toEqual(['name'])
})

test('a count of names is a count of documents', () => {
  const json = JSON.stringify({ group_by: ['status'], aggregates: [{ function: 'count', field: 'name' }, { function: 'sum', field: 'amount' }] })
  expect(readDraft({ report_type: 'Report Builder', json, filters: [] })?.values).toEqual([{ name: 'count', field: '' }, { name: 'sum', field: 'amount' }])
})

test('a reader is asked with the kind of the field', () => {
  const filters = drafts[2]![1].filters
  expect(askedOf({ ...newDraft(), filters }, describe)).toEqual([
    { fieldname: 'status_1', label: '状态', fieldtype: 'Select', options: 'Open\nWon', default: 'Open', wildcard_filter: 0 },
  ])
})

test.each(['{"or_filters":[["a","=",1]]}', '{"columns":[{"field":"a","label":"B"}]}', 'select 1', '{"filters":[["T","a","=",1]]}'])('%s is more than the designer knows', (json) => {
  expect(readDraft({ report_type: 'Report Builder', json, filters: [] })).toBeNull()
})
