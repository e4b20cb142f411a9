// The formats that a site or a language lays down for numbers and dates; what is empty is written as the language does.
import { shallowRef } from 'vue'

/** Frappe's fields of System Settings; `null` where nothing is said. */
export interface Formats {
  number_format: string
  date_format: string
  time_format: string
  first_day_of_the_week: string
  float_precision: number | null
  currency_precision: number | null
}

const UNSAID: Formats = { number_format: '', date_format: '', time_format: '', first_day_of_the_week: '', float_precision: null, currency_precision: null }

const said = shallowRef<Formats>(UNSAID)

export const formats = (): Formats => said.value

export function setFormats(found: Partial<Formats> = {}): void {
  said.value = { ...UNSAID, ...found }
}

export interface Marks {
  decimal: string
  group: string
  /** Groups of two digits above the last three, as in India. */
  pairs: boolean
}

const USUAL: Marks = { group: ',', decimal: '.', pairs: false }

/** Frappe's System Settings.number_format; blanks in a number do not break lines. */
const MARKS: Record<string, Partial<Marks>> = {
  '#,###.##': {},
  '#.###,##': { group: '.', decimal: ',' },
  '# ###.##': { group: '\u00a0' },
  '# ###,##': { group: '\u00a0', decimal: ',' },
  "#'###.##": { group: "'" },
  '#, ###.##': { group: ',\u00a0' },
  '#,##,###.##': { pairs: true },
  '#,###.###': {},
  '#.###': { group: '.', decimal: ',' },
  '#,###': {},
}

/** The marks that somebody laid down; undefined where the language decides. */
export function saidMarks(): Marks | undefined {
  const own = MARKS[said.value.number_format]
  return own === undefined ? undefined : { ...USUAL, ...own }
}

/** The marks by which a typed number is read. English and Chinese write the same ones. */
export const marks = (): Marks => saidMarks() ?? USUAL

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** The weekday on which weeks begin, 0 for Sunday; Monday when nothing is said. */
export const weekBegins = (): number => Math.max(0, DAYS.indexOf(said.value.first_day_of_the_week || 'Monday'))
