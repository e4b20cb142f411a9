import { describe, expect, it } from 'vitest'

import { formatDuration, parseDuration } from './duration'

describe('durations', () => {
  it.each([0, 59, 60, 3_600, 90_061, 31_536_000])('%i seconds come back as written', (seconds) => {
    expect(parseDuration(formatDuration(seconds))).toBe(seconds)
  })

  it.each([
    ['90', 5_400],
    ['1.5h', 5_400],
    ['1d2h', 93_600],
    ['２h', 7_200],
  ])('%s are %i seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds))

  it.each(['', 'soon', '1x', '-5m'])('%j is none', (text) => expect(parseDuration(text)).toBeNull())
})
