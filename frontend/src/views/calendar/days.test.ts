import { describe, expect, it } from 'vitest'

import { addMonths, daysShown, isDay, move, onDay, startOfWeek } from './days'

describe('daysShown', () => {
  it('are whole weeks of a month, from Monday on', () => {
    const days = daysShown('2026-11-22', 'month')
    expect([days[0], days.at(-1), days.length]).toEqual(['2026-10-26', '2026-12-06', 42])
    expect(daysShown('2026-02-10', 'month')).toHaveLength(35)
  })

  it('are a week or a day', () => {
    expect(daysShown('2026-11-22', 'week')).toEqual(['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22'])
    expect(daysShown('2026-11-22', 'day')).toEqual(['2026-11-22'])
  })
})

it('moves by what is shown', () => {
  expect([move('2026-01-31', 'month', 1), move('2026-03-01', 'week', -1), move('2026-12-31', 'day', 1)]).toEqual(['2026-02-28', '2026-02-22', '2027-01-01'])
  expect(addMonths('2026-01-15', -1)).toBe('2025-12-15')
  expect(startOfWeek('2026-11-16')).toBe('2026-11-16')
})

it('keeps the time of day', () => {
  expect(onDay('2026-11-22 09:30:00', '2026-12-01')).toBe('2026-12-01 09:30:00')
  expect(onDay('2026-11-22', '2026-12-01')).toBe('2026-12-01')
})

it('knows a day', () => expect(['2026-11-22', '2026-13-01', 'today', ''].map(isDay)).toEqual([true, false, false, false]))
