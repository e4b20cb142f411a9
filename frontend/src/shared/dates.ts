// Dates and times as the server writes them (`2026-11-22 01:22:24.149246`, in the site's zone) and as people read them.
import { formats } from './formats'
import { currentLanguage } from './i18n'

const DATETIME = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?/

/** Wall-clock time of a server value, held in a UTC date so that no zone of the browser shifts it. */
function parseServerTime(value: string): Date | null {
  const match = DATETIME.exec(value)
  if (match === null) return null
  const [year, month, day, hour, minute, second] = match.slice(1).map((part: string | undefined) => Number(part ?? 0)) as [number, number, number, number, number, number]
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  return Number.isNaN(date.getTime()) ? null : date
}

function format(date: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(currentLanguage(), { ...options, timeZone: 'UTC' }).format(date)
}

/** A day in the site's format ("dd.mm.yyyy"). */
function laidDown(value: string, pattern: string): string {
  const parts: Record<string, string> = { yyyy: value.slice(0, 4), mm: value.slice(5, 7), dd: value.slice(8, 10) }
  return pattern.replace(/yyyy|mm|dd/g, (part) => parts[part] ?? part)
}

export function formatDate(value: string): string {
  const date = parseServerTime(value)
  if (date === null) return value
  const pattern = formats().date_format
  return pattern === '' ? format(date, { year: 'numeric', month: 'short', day: 'numeric' }) : laidDown(value, pattern)
}

export function formatDatetime(value: string): string {
  const date = parseServerTime(value)
  if (date === null) return value
  if (formats().date_format !== '' || formats().time_format !== '') return `${formatDate(value)} ${formatTime(value.slice(11) || '00:00:00')}`
  return format(date, { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
}

export function formatTime(value: string): string {
  return /^\d{1,2}:\d{2}/.test(value) ? value.slice(0, formats().time_format === 'HH:mm:ss' ? 8 : 5) : value
}

/** The present wall-clock time of a zone, as a server value. */
export function nowIn(timeZone: string, now: Date = new Date()): string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  return parts.format(now)
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** "3 hours ago" for a server value. */
export function relativeTime(value: string, timeZone: string, now: Date = new Date()): string {
  const then = parseServerTime(value)
  const present = parseServerTime(nowIn(timeZone, now))
  if (then === null || present === null) return value
  const seconds = Math.round((then.getTime() - present.getTime()) / 1000)
  const [unit, length] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  const formatter = new Intl.RelativeTimeFormat(currentLanguage(), { numeric: 'auto' })
  return formatter.format(unit === 'second' && Math.abs(seconds) < 60 ? 0 : Math.trunc(seconds / length), unit)
}

export function pad(value: number): string {
  return String(value).padStart(2, '0')
}
