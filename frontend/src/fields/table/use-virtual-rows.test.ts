import { describe, expect, it } from 'vitest'

import { ROW_HEIGHT, piecesOf, windowOf } from './use-virtual-rows'

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

describe('rows and gaps', () => {
  const window = { first: 40, end: 42 }
  const drawn = (kept: number): unknown[] => piecesOf(window, 100, kept).map((piece) => ('row' in piece ? piece.row : [piece.key, piece.gap / ROW_HEIGHT]))

  it.each([
    [0, [0, ['before', 39], 40, 41, ['below', 58]]],
    [39, [['above', 39], 39, 40, 41, ['below', 58]]],
    [41, [['above', 40], 40, 41, ['below', 58]]],
    [42, [['above', 40], 40, 41, 42, ['below', 57]]],
    [99, [['above', 40], 40, 41, ['after', 57], 99]],
    [100, [['above', 40], 40, 41, ['below', 58]]],
  ])('hold the row %i that has the focus', (kept, pieces) => expect(drawn(kept)).toEqual(pieces))

  it.each([0, 7, 50, 99])('are as high as all rows, whatever is kept (%i)', (kept) => {
    const height = piecesOf(window, 100, kept).reduce((sum, piece) => sum + ('row' in piece ? ROW_HEIGHT : piece.gap), 0)
    expect(height).toBe(100 * ROW_HEIGHT)
  })
})
