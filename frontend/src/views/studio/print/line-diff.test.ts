import { describe, expect, it } from 'vitest'

import { lineDiff } from './line-diff'

const shown = (before: string, after: string): string[] => lineDiff(before, after).map(({ sign, number, text }) => `${sign}${number} ${text}`)

describe('lineDiff', () => {
  it('names what went and what came', () => {
    expect(shown('a\nb\nc\nd', 'a\nx\nc\ny\nd')).toEqual(['-2 b', '+2 x', '+4 y'])
    expect(shown('报价\n合计', '合计')).toEqual(['-1 报价'])
    expect(shown('', 'a')).toEqual(['-1 ', '+1 a'])
    expect(shown('a\nb', 'a\nb')).toEqual([])
  })
})
