import { expect, it } from 'vitest'

import { ROW_HEIGHT, rowsAt } from './use-row-window'

it('shows a short list as a whole', () => expect(rowsAt(500, 400, 100)).toEqual([0, 100]))

it('keeps few rows of a long list in the page, those in sight among them', () => {
  for (const row of [0, 7, 500, 99_990]) {
    const [first, last] = rowsAt(row * ROW_HEIGHT, 800, 100_000)
    expect(first).toBeLessThanOrEqual(row)
    expect(last).toBeGreaterThanOrEqual(Math.min(row + Math.floor(800 / ROW_HEIGHT), 100_000))
    expect(last - first).toBeLessThan(60)
  }
})

it('stays inside of the list', () => expect(rowsAt(1e9, 800, 1000)).toEqual([1000, 1000]))
