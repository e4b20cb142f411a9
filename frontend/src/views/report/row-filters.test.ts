import { expect, it } from 'vitest'

import { filtersOf } from './row-filters'

it.each([
  ['2026', 'year', '2026-01-01,2026-12-31'],
  ['2024-02', 'month', '2024-02-01,2024-02-29'],
  ['2026-Q3', 'quarter', '2026-07-01,2026-09-30'],
] as const)('%s are its days', (key, step, value) => expect(filtersOf([{ field: 'day', step }], [key])).toEqual([{ field: 'day', operator: 'between', value }]))

it('finds a value, and nothing', () => {
  const axes = [{ field: 'status', step: '' }, { field: 'city', step: '' }] as const
  expect(filtersOf(axes, ['赢单', ''])).toEqual([{ field: 'status', operator: '=', value: '赢单' }, { field: 'city', operator: 'is', value: 'not set' }])
})
