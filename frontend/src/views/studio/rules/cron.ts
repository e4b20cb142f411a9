// The schedules that people ask for, in place of the cron expression that says them.
export type Rhythm = 'hourly' | 'daily' | 'workdays' | 'weekly' | 'monthly' | 'other'

export interface Schedule {
  rhythm: Rhythm
  /** HH:mm; of an hourly one the minutes count. */
  time: string
  /** 0 for Sunday. */
  weekday: number
  day: number
}

export const RHYTHMS: readonly Rhythm[] = ['hourly', 'daily', 'workdays', 'weekly', 'monthly', 'other']
export const USUAL: Schedule = { rhythm: 'daily', time: '08:00', weekday: 1, day: 1 }
/** Every month has them. */
export const DAYS = Array.from({ length: 28 }, (_, at) => at + 1)

const NUMBER = /^\d{1,2}$/
const pad = (text: string): string => text.padStart(2, '0')

/** What an expression says; one that says more than these rhythms is `other`. */
export function readCron(text: string): Schedule {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = text.trim().split(/\s+/)
  const other: Schedule = { ...USUAL, rhythm: 'other' }
  if (more.length > 0 || month !== '*' || !NUMBER.test(minute)) return other
  if (hour === '*') return day === '*' && weekday === '*' ? { ...USUAL, rhythm: 'hourly', time: `08:${pad(minute)}` } : other
  if (!NUMBER.test(hour)) return other
  const time = `${pad(hour)}:${pad(minute)}`
  if (day === '*' && weekday === '*') return { ...USUAL, rhythm: 'daily', time }
  if (day === '*' && weekday === '1-5') return { ...USUAL, rhythm: 'workdays', time }
  if (day === '*' && /^[0-6]$/.test(weekday)) return { ...USUAL, rhythm: 'weekly', time, weekday: Number(weekday) }
  if (weekday === '*' && DAYS.includes(Number(day))) return { ...USUAL, rhythm: 'monthly', time, day: Number(day) }
  return other
}

export function writeCron({ rhythm, time, weekday, day }: Schedule): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const at = `${minute} ${hour}`
  const texts: Record<Rhythm, string> = {
    hourly: `${minute} * * * *`, daily: `${at} * * *`, workdays: `${at} * * 1-5`, weekly: `${at} * * ${weekday}`, monthly: `${at} ${day} * *`, other: '',
  }
  return texts[rhythm]
}
