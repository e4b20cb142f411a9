// Numbers as people write and read them: in the formats of the site, else in those of the current language.
import { marks, saidMarks } from './formats'
import { currentLanguage } from './i18n'

export interface NumberOptions {
  minimumFractionDigits?: number
  maximumFractionDigits?: number
  /** `min2`: no mark in numbers of four digits, such as years. */
  useGrouping?: 'min2'
  notation?: 'compact'
}

export function formatNumber(value: number, options: NumberOptions = {}): string {
  const own = saidMarks()
  // Short forms such as 120万 are words of the language.
  const language = own?.pairs === true && options.notation === undefined ? 'en-IN' : currentLanguage()
  const format = new Intl.NumberFormat(language, options)
  if (own === undefined) return format.format(value)
  const written: Partial<Record<Intl.NumberFormatPartTypes, string>> = { group: own.group, decimal: own.decimal }
  return format
    .formatToParts(value)
    .map((part) => written[part.type] ?? part.value)
    .join('')
}

/** Digits in groups, or none parted at all; groups of a blank or an apostrophe were joined before. */
function wholePart(mark: string, pairs: boolean): string {
  const plain = String.raw`\d*`
  return mark === '' ? plain : String.raw`(?:\d{1,3}(?:[${mark}]\d{${pairs ? 2 : 3}})*[${mark}]\d{3}|${plain})`
}

/**
 * A typed number: groups with the site's mark between them, blanks and full-width digits are accepted; null when it is
 * none. A mark that parts no whole group is refused: 1,5 is fifteen to nobody.
 */
export function parseNumber(text: string): number | null {
  const { group, decimal, pairs } = marks()
  const plain = text
    .normalize('NFKC')
    .replace(/[\s_'’]/g, '')
    .replace(/^[−–]/, '-')
  const mark = group.replace(/[\s']/g, '')
  const written = new RegExp(String.raw`^[+-]?${wholePart(mark, pairs)}(?:[${decimal}]\d*)?$`)
  if (!written.test(plain) || !/\d/.test(plain)) return null
  return Number((mark === '' ? plain : plain.replaceAll(mark, '')).replace(decimal, '.'))
}

/** A count that the server stopped at a limit: "1,000+". */
export function formatCount(count: number, limit: number): string {
  return count > limit ? `${formatNumber(limit)}+` : formatNumber(count)
}
