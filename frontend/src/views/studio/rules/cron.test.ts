import { expect, test } from 'vitest'

import { USUAL, readCron, writeCron } from './cron'

test.each([
  ['15 * * * *', { rhythm: 'hourly', time: '08:15' }],
  ['0 8 * * *', { rhythm: 'daily' }],
  ['30 17 * * 1-5', { rhythm: 'workdays', time: '17:30' }],
  ['0 9 * * 0', { rhythm: 'weekly', time: '09:00', weekday: 0 }],
  ['5 6 28 * *', { rhythm: 'monthly', time: '06:05', day: 28 }],
] as const)('%s is read and written again', (text, says) => {
  expect(readCron(text)).toEqual({ ...USUAL, ...says })
  expect(writeCron(readCron(text))).toBe(text)
})

test.each(['', '*/5 * * * *', '0 8 31 * *', '0 8 1 1 *', '0 8 1 * 1', '0 8,9 * * *', '0 8 * * 1-5 2026', 'daily'])('%s says more than a rhythm', (text) => {
  expect(readCron(text).rhythm).toBe('other')
})
