// All field kinds, and the kind of every field type.
import type { Fieldtype } from '@/metadata/doctype'

import { attach } from './attach'
import { autocomplete } from './autocomplete'
import { button } from './button'
import { check } from './check'
import { code } from './code'
import { color } from './color'
import type { FieldKind } from './contract'
import { date } from './date'
import { duration } from './duration'
import { geolocation } from './geolocation'
import { heading } from './heading'
import { html } from './html'
import { image } from './image'
import { layout } from './layout'
import { link } from './link'
import { longText } from './long-text'
import { number } from './number'
import { password } from './password'
import { rating } from './rating'
import { readOnly } from './read-only'
import { richText } from './rich-text'
import { select } from './select'
import { signature } from './signature'
import { table } from './table'
import { tableMultiselect } from './table-multiselect'
import { text } from './text'
import { time } from './time'

export const kinds: readonly FieldKind[] = [
  text, longText, richText, code, number, check, rating, duration, date, time, select, autocomplete, link, table,
  tableMultiselect, attach, image, signature, geolocation, color, password, readOnly, button, html, heading, layout,
]

const byFieldtype = new Map(kinds.flatMap((kind) => kind.fieldtypes.map((fieldtype) => [fieldtype, kind] as const)))

/** The kind of a field type; a type that only a newer server knows is shown as text. */
export function kindOf(fieldtype: Fieldtype): FieldKind {
  return byFieldtype.get(fieldtype) ?? text
}
