import { describe, expect, it } from 'vitest'

import { filtersFromText, filtersToText, toApiFilter } from './filters'
import type { Filter } from './filters'

describe('filters in the address', () => {
  it('come back as they were', () => {
    const filters: Filter[] = [
      { field: 'customer_name', operator: 'like', value: '上海' },
      { field: 'amount', operator: '>=', value: '1000' },
    ]
    expect(filtersFromText(filtersToText(filters))).toEqual(filters)
  })

  it('are absent where there are none', () => expect(filtersToText([])).toBeNull())

  it.each([null, '', '{', '{"a": 1}', '[["a", "drop table", 1]]', '[["a", "="]]', '[5]'])('are ignored when they are none: %s', (text) =>
    expect(filtersFromText(text)).toEqual([]),
  )
})

describe('toApiFilter', () => {
  it.each([
    [{ field: 'a', operator: 'like', value: '上海' }, ['a', 'like', '%上海%']],
    [{ field: 'a', operator: 'like', value: 'A%' }, ['a', 'like', 'A%']],
    [{ field: 'a', operator: 'in', value: 'x, y,' }, ['a', 'in', ['x', 'y']]],
    [{ field: 'a', operator: 'between', value: '2026-01-01,2026-12-31' }, ['a', 'between', ['2026-01-01', '2026-12-31']]],
    [{ field: 'a', operator: 'is', value: 'not set' }, ['a', 'is', 'not set']],
  ] as [Filter, unknown][])('of %j is %j', (filter, expected) => expect(toApiFilter(filter)).toEqual(expected))
})
