// Days and times of day as people and spreadsheets write them, read into the form the server takes.
import { pad } from './dates'
import { formats } from './formats'

const YEAR_FIRST = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(am|pm)?$/i

function day(year: number, month: number, date: number): string | undefined {
  const made = new Date(Date.UTC(year, month - 1, date))
  const exists = made.getUTCMonth() === month - 1 && made.getUTCDate() === date
  return exists ? `${String(year).padStart(4, '0')}-${pad(month)}-${pad(date)}` : undefined
}

/** `2026-11-22` for a written day; undefined for none, and for 03/04/2026, which is two days to different people, unless the site says which. */
export function parseDay(text: string): string | undefined {
  const plain = text.normalize('NFKC').trim()
  const first = YEAR_FIRST.exec(plain)
  if (first !== null) return day(Number(first[1]), Number(first[2]), Number(first[3]))
  const last = YEAR_LAST.exec(plain)
  if (last === null) return undefined
  const [one, other, year] = [Number(last[1]), Number(last[3]), Number(last[4])]
  if (last[2] === '.' || one > 12 || one === other) return day(year, other, one)
  if (other > 12 || formats().date_format.startsWith('m')) return day(year, one, other)
  return formats().date_format.startsWith('d') ? day(year, other, one) : undefined
}

/** `14:05:00` for a written time of day. */
export function parseClock(text: string): string | undefined {
  const match = CLOCK.exec(text.normalize('NFKC').trim())
  if (match === null) return undefined
  const half = match[4]?.toLowerCase()
  const hour = half === undefined ? Number(match[1]) : (Number(match[1]) % 12) + (half === 'pm' ? 12 : 0)
  const [minute, second] = [Number(match[2]), Number(match[3] ?? 0)]
  return hour < 24 && minute < 60 && second < 60 ? `${pad(hour)}:${pad(minute)}:${pad(second)}` : undefined
}

/** `2026-11-22 14:05:00` for a written moment; a day alone begins at midnight. */
export function parseMoment(text: string): string | undefined {
  const plain = text.normalize('NFKC').trim()
  const whole = parseDay(plain)
  if (whole !== undefined) return `${whole} 00:00:00`
  const split = /^(.+?)[\sT]+(\d{1,2}:\d{2}.*)$/.exec(plain)
  const [date, clock] = [parseDay(split?.[1] ?? ''), parseClock(split?.[2] ?? '')]
  return date === undefined || clock === undefined ? undefined : `${date} ${clock}`
}
