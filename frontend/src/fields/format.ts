// Formatting that several kinds share.
import type { Value } from '@/api/resource'

export { asText } from '@/api/resource'

/** One line of a longer text, for lists. */
export function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? ''
}

export function asNumber(value: Value): number | null {
  if (value === null || value === undefined || value === '' || Array.isArray(value)) return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}
