import { describe, expect, it } from 'vitest'

import { pieces } from './highlight'

describe('pieces', () => {
  it('parts what was found from the rest', () =>
    expect(pieces('上海<mark>钢铁</mark>集团')).toEqual([
      { text: '上海', marked: false },
      { text: '钢铁', marked: true },
      { text: '集团', marked: false },
    ]))

  it('keeps blanks and reads entities', () =>
    expect(pieces('Smith &amp; <mark>Sons</mark> Ltd').map(({ text }) => text)).toEqual(['Smith & ', 'Sons', ' Ltd']))

  it('renders no other mark-up', () => {
    const found = pieces('<mark>a</mark><img src=x onerror="alert(1)">b')
    expect(found.map(({ text }) => text)).toEqual(['a', 'b'])
  })

  it('is empty for nothing', () => expect(pieces('')).toEqual([]))
})
