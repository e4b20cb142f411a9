import { afterEach, describe, expect, it } from 'vitest'

import { formatDate, formatDatetime, formatTime } from './dates'
import { setFormats, weekBegins } from './formats'
import { setLanguage } from './i18n'
import { formatNumber, parseNumber } from './numbers'
import { parseDay, parseMoment } from './typed-dates'

afterEach(() => setFormats())

const NUMBER_FORMATS = ['', '#,###.##', '#.###,##', '# ###.##', '# ###,##', "#'###.##", '#, ###.##', '#,##,###.##', '#,###.###', '#.###', '#,###']
const VALUES = [0, 1, -7, 0.5, -0.25, 12.5, 999, 1000, 1234.5, -1234567.891, 123456789012.25]

describe('numbers in the format of the site', () => {
  it.each([
    ['#.###,##', '1.234.567,891'],
    ['# ###,##', '1\u00a0234\u00a0567,891'],
    ["#'###.##", "1'234'567.891"],
    ['#,##,###.##', '12,34,567.891'],
    ['#,###.##', '1,234,567.891'],
  ])('%s writes %s', (number_format, text) => {
    setFormats({ number_format })
    expect(formatNumber(1234567.891, { maximumFractionDigits: 9 })).toBe(text)
  })

  it.each(NUMBER_FORMATS)('%j reads back what it writes, in English and Chinese', async (number_format) => {
    setFormats({ number_format })
    for (const language of ['zh', 'en']) {
      await setLanguage(language)
      expect(VALUES.map((value) => parseNumber(formatNumber(value, { maximumFractionDigits: 9 })))).toEqual(VALUES)
    }
  })

  it.each([
    ['#.###,##', '1,5', 1.5],
    ['#.###,##', '12.345', 12345],
    ['#.###,##', '1.5', null],
    ['#.###,##', '1,234.5', null],
    ['#,###.##', '1,5', null],
    ['#,###.##', '1.234,5', null],
    ['#,##,###.##', '12,34,567.5', 1234567.5],
    ['# ###,##', '１２ ３４５，６', 12345.6],
    ['#.###,##', '−3,25', -3.25],
    ['#.###,##', ',', null],
  ])('%s: %j is %j', (number_format, text, value) => {
    setFormats({ number_format })
    expect(parseNumber(text)).toBe(value)
  })
})

describe('days and times in the format of the site', () => {
  it('are written so', () => {
    setFormats({ date_format: 'dd.mm.yyyy', time_format: 'HH:mm:ss' })
    expect(formatDate('2026-03-01')).toBe('01.03.2026')
    expect(formatDatetime('2026-03-01 09:05:07.123456')).toBe('01.03.2026 09:05:07')
    expect(formatTime('09:05:07')).toBe('09:05:07')
    setFormats({ time_format: 'HH:mm' })
    expect(formatTime('09:05:07')).toBe('09:05')
    expect(formatDatetime('2026-03-01 09:05:07')).toBe('Mar 1, 2026 09:05')
  })

  it.each([
    ['dd/mm/yyyy', '2026-04-03'],
    ['mm/dd/yyyy', '2026-03-04'],
    ['yyyy-mm-dd', undefined],
    ['', undefined],
  ])('%j says which day 03/04/2026 is', (date_format, day) => {
    setFormats({ date_format })
    expect(parseDay('03/04/2026')).toBe(day)
  })

  it.each(['yyyy-mm-dd', 'dd-mm-yyyy', 'dd/mm/yyyy', 'dd.mm.yyyy', 'mm/dd/yyyy', 'mm-dd-yyyy'])('%s reads back what it writes', (date_format) => {
    setFormats({ date_format, time_format: 'HH:mm:ss' })
    for (const day of ['2026-03-04', '2026-12-31', '2024-02-29']) {
      expect(parseDay(formatDate(day))).toBe(day)
      expect(parseMoment(formatDatetime(`${day} 09:05:07`))).toBe(`${day} 09:05:07`)
    }
  })

  it('weeks begin where the site says, on Monday when it says nothing', () => {
    expect(weekBegins()).toBe(1)
    setFormats({ first_day_of_the_week: 'Sunday' })
    expect(weekBegins()).toBe(0)
    setFormats({ first_day_of_the_week: 'Saturday' })
    expect(weekBegins()).toBe(6)
  })
})
