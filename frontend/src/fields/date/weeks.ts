// The weekday on which the weeks of Element Plus's calendars begin: it asks dayjs, by the language of the controls.
import dayjs from 'dayjs'

import { weekBegins } from '@/shared/formats'

const LANGUAGES = ['en', 'zh-cn'] as const

export function beginWeeks(): void {
  const english = dayjs.Ls['en']!
  for (const name of LANGUAGES) dayjs.locale({ ...english, formats: english.formats ?? {}, name, weekStart: weekBegins() }, undefined, true)
}
