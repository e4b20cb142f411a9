// Numbers as people write and read them in the current language.
import { currentLanguage } from './i18n'

export interface NumberOptions {
  minimumFractionDigits?: number
  maximumFractionDigits?: number
  /** `min2`: no mark in numbers of four digits, such as years. */
  useGrouping?: 'min2'
}

export function formatNumber(value: number, options: NumberOptions = {}): string {
  return new Intl.NumberFormat(currentLanguage(), options).format(value)
}

/** A typed number: grouping marks, blanks and full-width digits are accepted; null when it is none. */
export function parseNumber(text: string): number | null {
  const plain = text.normalize('NFKC').replace(/[\s,_']/g, '')
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain)) return null
  return Number(plain)
}

/** A count that the server stopped at a limit: "1,000+". */
export function formatCount(count: number, limit: number): string {
  return count > limit ? `${formatNumber(limit)}+` : formatNumber(count)
}
