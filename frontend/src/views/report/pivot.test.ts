import { describe, expect, it } from 'vitest'

import { bucket, groupQuery, pivot, readQuestion } from './pivot'

const question = readQuestion({ rows: 'status', across: 'day:quarter', values: 'count,sum:amount,avg:amount,max:amount' }, '')
const row = (status: string | null, day: string | null, count: number, sum: number, max: number): Record<string, string | number | null> => ({
  status, day, count_name: count, sum_amount: sum, count_amount: count, max_amount: max,
})
const rows = [row('Won', '2026-01-05', 1, 10, 10), row('Won', '2026-03-31', 3, 50, 40), row('Won', '2026-04-01', 1, 5, 5), row('Open', '2026-02-01', 2, 7, 6), row(null, null, 1, 1, 1), row('', null, 1, 2, 2)]

describe('readQuestion', () => {
  it('leaves out what is none', () => {
    expect(readQuestion({ rows: 'a b,status,day:week', values: 'median:x,sum:a;b' }, 'x')).toEqual({
      rows: [{ field: 'status', step: '' }, { field: 'day', step: '' }], across: null, values: [{ name: 'count', field: '' }],
    })
    expect(readQuestion({}, 'status').rows).toEqual([{ field: 'status', step: '' }])
  })
})

describe('groupQuery', () => {
  it('asks for the parts of a mean, never for the mean', () => {
    const { fields, group_by } = groupQuery(question)
    expect(group_by).toBe('status, day')
    expect(fields).toEqual(['status', 'day', 'count(name) as count_name', 'sum(amount) as sum_amount', 'count(amount) as count_amount', 'max(amount) as max_amount'])
  })
})

describe('bucket', () => {
  it.each([['2026-11-22', 'quarter', '2026-Q4'], ['2026-11-22', 'month', '2026-11'], ['2026-11-22 10:00', 'day', '2026-11-22'], ['2026-01-01', 'year', '2026'], [null, 'year', ''], [3, '', '3']] as const)(
    '%s by %s is %s', (value, step, expected) => expect(bucket(value, step)).toBe(expected),
  )
})

describe('pivot', () => {
  const table = pivot(rows, question)

  it('puts the days of a span together', () => {
    expect(table.columns).toEqual(['2026-Q1', '2026-Q2', ''])
    const won = table.rows.find(({ key }) => key[0] === 'Won')
    expect(won?.cells).toEqual([[4, 60, 15, 40], [1, 5, 5, 5], [null, null, null, null]])
    expect(won?.total).toEqual([5, 65, 13, 40])
  })

  it('counts nothing and an empty text as one group, the last one', () => {
    expect(table.rows.map(({ key }) => key[0])).toEqual(['Open', 'Won', ''])
    expect(table.rows.at(-1)?.total).toEqual([2, 3, 1.5, 2])
  })

  it('has totals of columns and of all', () => {
    expect(table.totals.cells[0]).toEqual([6, 67, 67 / 6, 40])
    expect(table.totals.total[0]).toBe(9)
    expect(table.totals.total[1]).toBe(table.rows.reduce((sum, { total }) => sum + (total[1] ?? 0), 0))
  })

  it('needs no column and no row', () => {
    expect(pivot([{ count_name: 4 }], readQuestion({ rows: '' }, '')).totals.total).toEqual([4])
    expect(pivot([], question).rows).toEqual([])
  })
})
