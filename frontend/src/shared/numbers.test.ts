import { describe, expect, it } from 'vitest'

import { formatCount, parseNumber } from './numbers'

describe('parseNumber', () => {
  it.each([
    ['1,234.50', 1234.5],
    [' -7 ', -7],
    ['１２３', 123],
    ['.5', 0.5],
    ['0', 0],
  ])('%s is %d', (text, value) => expect(parseNumber(text)).toBe(value))

  it.each(['', 'abc', '1.2.3', '1e9', '--1', '12 kg'])('%j is none', (text) => expect(parseNumber(text)).toBeNull())
})

describe('formatCount', () => {
  it('stops at the limit', () => {
    expect(formatCount(1000, 1000)).toBe('1,000')
    expect(formatCount(1001, 1000)).toBe('1,000+')
  })
})
