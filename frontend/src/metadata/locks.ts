// Why a field of a form cannot be changed right now, in sentences.
import type { Doc } from '@/api/resource'
import { t } from '@/shared/i18n'

import { closedReason, hasColumn, may, mayWrite } from './doctype'
import type { DocField, Fieldtype, Meta } from './doctype'

interface Lock {
  holds: (meta: Meta, field: DocField, doc: Doc) => boolean
  text: (meta: Meta) => string
}

const status = (doc: Doc): number => Number(doc['docstatus'] ?? 0)

const LOCKS: readonly Lock[] = [
  { holds: (meta, _field, doc) => !may(meta, 'write') || (!mayWrite(meta) && status(doc) !== 2), text: (meta) => closedReason(meta, 'write') || t('You may not change this document.') },
  { holds: (_meta, _field, doc) => status(doc) === 2, text: () => t('The document is cancelled.') },
  { holds: (_meta, field, doc) => status(doc) === 1 && !field.allow_on_submit, text: () => t('The document is submitted, and this field is closed from then on.') },
  { holds: (_meta, field) => Boolean(field.formula || field.rollup || field.is_virtual), text: () => t('The field is computed.') },
  { holds: (_meta, field) => Boolean(field.read_only), text: () => t('The definition says that the field is read-only.') },
  { holds: (_meta, field) => Boolean(field.set_only_once), text: () => t('The field is set once, when the document is created.') },
  {
    holds: (meta, field) => !meta.writable_levels.includes(field.permlevel ?? 0),
    text: () => t('The field belongs to a permission level that you may not change.'),
  },
]

/** Empty where only a condition of the definition, or nothing, locks the field. */
export function lockReasons(meta: Meta, field: DocField, doc: Doc): string[] {
  return LOCKS.filter((lock) => lock.holds(meta, field, doc)).map((lock) => lock.text(meta))
}

/** A password is no value to be seen, and a file belongs to one document. */
const ALONE: readonly Fieldtype[] = ['Password', 'Attach', 'Attach Image']

/** Fields that many documents can be given one value for. */
export function bulkFields(meta: Meta): DocField[] {
  const isOpen = (field: DocField): boolean => lockReasons(meta, field, {}).length === 0
  const isMoved = (field: DocField): boolean => field.fieldname === meta.workflow?.state_field
  const shown = meta.doctype.fields.filter((field) => hasColumn(field) && !field.hidden && !ALONE.includes(field.fieldtype))
  return shown.filter((field) => isOpen(field) && !isMoved(field))
}
