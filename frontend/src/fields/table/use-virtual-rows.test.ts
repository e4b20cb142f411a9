import { describe, expect, it } from 'vitest'

import { ROW_HEIGHT, windowOf } from './use-virtual-rows'

describe('the rows that are drawn', () => {
  it('are all of a few', () => expect(windowOf(80, 9999, 400)).toEqual({ first: 0, end: 80 }))

  it.each([0, 1, 17 * ROW_HEIGHT, 500 * ROW_HEIGHT, 999 * ROW_HEIGHT, 10_000 * ROW_HEIGHT])('cover what is seen from %i pixels on, and little more', (top) => {
    const { first, end } = windowOf(1000, top, 400)
    const seen = Math.min(Math.floor(top / ROW_HEIGHT), 1000 - 12)
    expect(first).toBeLessThanOrEqual(seen)
    expect(end).toBeGreaterThanOrEqual(Math.min(1000, seen + 12))
    expect(end - first).toBeLessThan(50)
  })
})
