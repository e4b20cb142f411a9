import { describe, expect, it } from 'vitest'

import { parseClock, parseDay, parseMoment } from './typed-dates'

describe('a written day', () => {
  it.each([
    ['2026-11-22', '2026-11-22'],
    ['2026/1/2', '2026-01-02'],
    ['2026年11月2日', '2026-11-02'],
    ['２０２６－１１－２２', '2026-11-22'],
    ['22.11.2026', '2026-11-22'],
    ['31/12/2026', '2026-12-31'],
    ['12/31/2026', '2026-12-31'],
    ['05/05/2026', '2026-05-05'],
    ['03/04/2026', undefined],
    ['2026-02-30', undefined],
    ['tomorrow', undefined],
    ['', undefined],
  ])('%s is %s', (text, expected) => expect(parseDay(text)).toBe(expected))
})

describe('a written time', () => {
  it.each([
    ['9:05', '09:05:00'],
    ['23:59:59', '23:59:59'],
    ['1:30 pm', '13:30:00'],
    ['12:10 AM', '00:10:00'],
    ['25:00', undefined],
    ['noon', undefined],
  ])('%s is %s', (text, expected) => expect(parseClock(text)).toBe(expected))

  it.each([
    ['2026-11-22 01:22:24.149246', '2026-11-22 01:22:24'],
    ['2026/11/22 9:05', '2026-11-22 09:05:00'],
    ['2026-11-22', '2026-11-22 00:00:00'],
    ['9:05', undefined],
  ])('with a day: %s is %s', (text, expected) => expect(parseMoment(text)).toBe(expected))
})
