import { describe, expect, it } from 'vitest'

import { formatDatetime, nowIn, relativeTime } from './dates'

describe('times of the server', () => {
  const now = new Date('2026-11-22T04:00:00Z')

  it('are shown as they stand, whatever the zone of the browser', () => {
    expect(formatDatetime('2026-11-22 23:59:00.149246')).toBe('Nov 22, 2026, 23:59')
    expect(formatDatetime('no time')).toBe('no time')
  })

  it('are compared with the clock of the site', () => {
    expect(nowIn('Asia/Shanghai', now)).toBe('2026-11-22 12:00:00')
    expect(relativeTime('2026-11-22 09:00:00.1', 'Asia/Shanghai', now)).toBe('3 hours ago')
    expect(relativeTime('2026-11-21 12:00:00', 'Asia/Shanghai', now)).toBe('yesterday')
    expect(relativeTime('2026-11-22 12:00:00', 'Asia/Shanghai', now)).toBe('now')
  })
})
