// The coloured state of a document: workflow state, status field or document status.
import type { Row } from '@/api/resource'
import { t } from '@/shared/i18n'

import type { DocField, Meta } from './doctype'

export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger'

export interface State {
  text: string
  tone: Tone
}

const STYLE_TONES: Record<string, Tone> = {
  primary: 'info', info: 'info', success: 'success', warning: 'warning', danger: 'danger', inverse: 'neutral',
}

const COLOR_TONES: Record<string, Tone> = {
  blue: 'info', 'light blue': 'info', cyan: 'info', purple: 'info', green: 'success', yellow: 'warning', orange: 'warning',
  red: 'danger', pink: 'danger', gray: 'neutral', grey: 'neutral',
}

const toneOfColor = (color: string): Tone => COLOR_TONES[color.toLowerCase()] ?? 'neutral'

const WORD_TONES: readonly [RegExp, Tone][] = [
  [/^(won|closed won|approved|active|completed?|paid|resolved|done|enabled|delivered|accepted|converted)$/i, 'success'],
  [/^(lost|closed lost|rejected|cancelled|canceled|overdue|failed|blocked|expired)$/i, 'danger'],
  [/^(pending.*|on hold|waiting.*|prospecting|in review|replied|draft)$/i, 'warning'],
  [/^(open|new|lead|engaging|in progress|ongoing|submitted|qualified)$/i, 'info'],
]

export function valueTone(meta: Meta, value: string): Tone {
  const style = meta.workflow?.states.find((state) => state.state === value)?.style
  if (style) return STYLE_TONES[style.toLowerCase()] ?? 'neutral'
  const color = meta.doctype.states?.find((state) => state.title === value)?.color
  if (color) return toneOfColor(color)
  return WORD_TONES.find(([words]) => words.test(value))?.[1] ?? 'neutral'
}

/** The tone of a cell that names a state, by what it stores or shows; null where it names none. `isState`: it is the document's own. */
export function cellTone(meta: Meta, field: DocField, isState: boolean, value: string, text: string): Tone | null {
  if (isState) return valueTone(meta, [value, text].find((one) => valueTone(meta, one) !== 'neutral') ?? value)
  const states = field.fieldtype === 'Link' ? meta.link_states?.[field.options ?? ''] : undefined
  const state = states?.find(({ title }) => title === value || title === text)
  return state === undefined ? null : toneOfColor(state.color)
}

const DOCSTATUS: readonly [() => string, Tone][] = [
  [() => t('Draft'), 'warning'],
  [() => t('Submitted'), 'info'],
  [() => t('Cancelled'), 'danger'],
]

export const docstatusText = (docstatus: number): string => DOCSTATUS[docstatus]?.[0]() ?? String(docstatus)

/** The state shown beside a document's title; null where nothing is worth saying. */
export function documentState(meta: Meta, doc: Row, label: (text: string) => string): State | null {
  const fieldname = meta.workflow?.state_field ?? (meta.doctype.fields.some((field) => field.fieldname === 'status') ? 'status' : null)
  const value = fieldname === null ? null : doc[fieldname]
  if (typeof value === 'string' && value !== '') return { text: label(value), tone: valueTone(meta, value) }
  const status = meta.doctype.is_submittable ? DOCSTATUS[Number(doc['docstatus'] ?? 0)] : undefined
  return status === undefined ? null : { text: status[0](), tone: status[1] }
}
