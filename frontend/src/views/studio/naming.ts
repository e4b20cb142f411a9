// How documents get their names: Frappe's `autoname` in the words of people.
import { t } from '@/shared/i18n'

export type NamingKind = 'random' | 'field' | 'series' | 'number' | 'asked' | 'pattern'

export interface Naming {
  kind: NamingKind
  /** Fieldname, pattern of the series or of the format; '' where the kind needs none. */
  detail: string
}

interface Manner {
  text: () => string
  rule: string
  /** `autoname` for a detail. */
  write: (detail: string) => string
}

export const NAMINGS: Record<NamingKind, Manner> = {
  random: { text: () => t('a random name'), rule: 'Random', write: () => 'hash' },
  series: { text: () => t('a series such as {example}', { example: 'RENT-.YYYY.-.#####' }), rule: 'Expression (old style)', write: (detail) => detail },
  number: { text: () => t('the next number'), rule: 'Autoincrement', write: () => 'autoincrement' },
  field: { text: () => t('the value of a field'), rule: 'By fieldname', write: (detail) => `field:${detail}` },
  pattern: { text: () => t('a pattern of fields'), rule: 'Expression', write: (detail) => `format:${detail}` },
  asked: { text: () => t('what its author enters'), rule: 'Set by user', write: () => 'prompt' },
}

const FIXED: Record<string, NamingKind> = { hash: 'random', random: 'random', '': 'random', prompt: 'asked', autoincrement: 'number' }

/** Null for a way that is only shown, such as the series that a field names. */
export function readNaming(autoname: string): Naming | null {
  const kind = FIXED[autoname.trim().toLowerCase()]
  if (kind !== undefined) return { kind, detail: '' }
  const colon = autoname.indexOf(':')
  const [head, detail] = [autoname.slice(0, colon).toLowerCase(), autoname.slice(colon + 1)]
  if (head === 'field') return { kind: 'field', detail }
  if (head === 'format') return { kind: 'pattern', detail }
  return autoname.includes('#') ? { kind: 'series', detail: autoname } : null
}
