// The property `rollup` of a field: JSON as the server reads it, with every part as a text.
import type { Value } from '@/api/resource'
import { t } from '@/shared/i18n'

export interface Rollup {
  function: string
  field: string
  /** Table field of the document itself. */
  table: string
  /** Another DocType, and its field that leads here. */
  from: string
  link: string
  filter: string
}

const EMPTY: Rollup = { function: 'count', field: '', table: '', from: '', link: '', filter: '' }

export const FUNCTIONS: readonly [string, () => string][] = [
  ['count', () => t('Number')],
  ['sum', () => t('Sum')],
  ['avg', () => t('Mean')],
  ['min', () => t('Smallest')],
  ['max', () => t('Largest')],
]

/** What does not stand there, or cannot be read, is empty. */
export function readRollup(value: Value | object): Rollup {
  try {
    const found: unknown = typeof value === 'string' ? JSON.parse(value || '{}') : value
    const given = Object.entries(typeof found === 'object' && found !== null ? found : {}).filter(([key, text]) => key in EMPTY && typeof text === 'string')
    return { ...EMPTY, ...Object.fromEntries(given) }
  } catch {
    return EMPTY
  }
}

export const writeRollup = (rollup: Rollup): string => JSON.stringify(Object.fromEntries(Object.entries(rollup).filter(([, text]) => text !== '')))

export function isComplete(rollup: Rollup): boolean {
  const hasPlace = rollup.table !== '' || (rollup.from !== '' && rollup.link !== '')
  return hasPlace && (rollup.function === 'count' || rollup.field !== '')
}
