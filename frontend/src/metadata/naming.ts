// Documents that somebody names by hand (Frappe's autoname "Prompt"): a new one asks for its name like for a field.
import { t } from '@/shared/i18n'

import type { DocField, Meta } from './doctype'

const BREAKS = ['Tab Break', 'Section Break', 'Column Break']

const nameField = (): DocField => ({ fieldname: 'name', fieldtype: 'Data', label: t('Name'), reqd: 1, length: 140 })

/** The definition as the form of a new document shows it. */
export function metaOfNew(meta: Meta): Meta {
  if (meta.doctype.autoname?.trim().toLowerCase() !== 'prompt') return meta
  const { fields } = meta.doctype
  const first = Math.max(0, fields.findIndex(({ fieldtype }) => !BREAKS.includes(fieldtype)))
  return { ...meta, doctype: { ...meta.doctype, fields: [...fields.slice(0, first), nameField(), ...fields.slice(first)] } }
}
