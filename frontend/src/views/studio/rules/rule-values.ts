// What the text fields of a rule's action hold, as rows that people edit: values of fields, look-up tables, lines.

/** A value as it stands, an expression that computes one, or an English text that is put into the language of the site. */
export type How = 'value' | 'expression' | 'translated'

/** One entry of Automation Action.field_values. */
export interface FieldValue {
  field: string
  how: How
  value: unknown
}

/** One row of Automation Action.lookup: who gets a document with this value ("*": any other). */
export interface LookupRow {
  value: string
  users: string[]
}

function parse(text: string): Record<string, unknown> | null {
  if (text.trim() === '') return {}
  try {
    const found: unknown = JSON.parse(text)
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Record<string, unknown>) : null
  } catch {
    return null
  }
}

function understood(given: unknown): Omit<FieldValue, 'field'> {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    const [[how, text] = ['', null], ...more] = Object.entries(given)
    if (more.length === 0 && typeof text === 'string' && (how === 'expression' || how === 'translated')) return { how, value: text }
  }
  return { how: 'value', value: given }
}

/** The rows; null for a text that is no table, which is then shown as it is. */
export function readValues(text: string): FieldValue[] | null {
  const found = parse(text)
  if (found === null) return null
  return Object.entries(found).map(([field, given]) => ({ field, ...understood(given) }))
}

/** Values by field; rows without a field say nothing yet. */
export function valuesOf(rows: readonly FieldValue[]): Record<string, unknown> {
  return Object.fromEntries(rows.filter(({ field }) => field !== '').map(({ field, how, value }) => [field, how === 'value' ? value : { [how]: value ?? '' }]))
}

export function writeValues(rows: readonly FieldValue[]): string {
  const found = valuesOf(rows)
  return Object.keys(found).length === 0 ? '' : JSON.stringify(found)
}

export function readLookup(text: string): LookupRow[] | null {
  const found = parse(text)
  if (found === null) return null
  return Object.entries(found).map(([value, named]) => ({ value, users: (Array.isArray(named) ? (named as unknown[]) : [named]).map(String) }))
}

export function writeLookup(rows: readonly LookupRow[]): string {
  const kept = rows.filter(({ value, users }) => value !== '' && users.length > 0)
  return kept.length === 0 ? '' : JSON.stringify(Object.fromEntries(kept.map(({ value, users }) => [value, users.length === 1 ? users[0] : users])))
}

export function readLines(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter(Boolean)
}

export const writeLines = (lines: readonly string[]): string => lines.join('\n')
