// Days of a calendar as texts "2026-11-22", counted without any time zone.
import { weekBegins } from '@/shared/formats'

const DAY = 86_400_000

const dateOf = (day: string): Date => new Date(`${day.slice(0, 10)}T00:00:00Z`)
const textOf = (date: Date): string => date.toISOString().slice(0, 10)

export const modes = ['month', 'week', 'day'] as const
export type Mode = (typeof modes)[number]

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(dateOf(text).getTime())
}

export function addDays(day: string, count: number): string {
  return textOf(new Date(dateOf(day).getTime() + count * DAY))
}

/** The same day some months later, or the last day of a shorter month. */
export function addMonths(day: string, count: number): string {
  const date = dateOf(day)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count + 1, 0)).getUTCDate()
  return textOf(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count, Math.min(date.getUTCDate(), last))))
}

export function startOfWeek(day: string): string {
  return addDays(day, -((dateOf(day).getUTCDay() + 7 - weekBegins()) % 7))
}

const WEEKS_OF_A_MONTH = 6

/** The days that a calendar shows around one of them; months as whole weeks. */
export function daysShown(at: string, mode: Mode): string[] {
  const first = mode === 'day' ? at : startOfWeek(mode === 'week' ? at : `${at.slice(0, 8)}01`)
  const length = { month: WEEKS_OF_A_MONTH * 7, week: 7, day: 1 }[mode]
  const days = Array.from({ length }, (_none, index) => addDays(first, index))
  const month = at.slice(0, 7)
  return mode === 'month' && days[35]?.slice(0, 7) !== month ? days.slice(0, 35) : days
}

export function move(at: string, mode: Mode, direction: number): string {
  return mode === 'month' ? addMonths(at, direction) : addDays(at, direction * (mode === 'week' ? 7 : 1))
}

/** A value of a date field on another day; the time of day stays. */
export function onDay(value: string, day: string): string {
  return value.length > 10 ? `${day}${value.slice(10)}` : day
}
