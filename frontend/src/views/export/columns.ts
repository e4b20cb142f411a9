// Columns of an export: what can be chosen, and what is chosen at first.
import { fieldLabel, hasColumn } from '@/metadata/doctype'
import type { Meta } from '@/metadata/doctype'
import { t } from '@/shared/i18n'

export interface ExportColumn {
  name: string
  label: string
}

/** The name, the fields of the document, and who made and changed it when. */
export function exportColumns(meta: Meta): ExportColumn[] {
  const fields = meta.doctype.fields.filter((field) => hasColumn(field) && field.fieldtype !== 'Password')
  return [
    { name: 'name', label: t('ID') },
    ...fields.map((field) => ({ name: field.fieldname, label: fieldLabel(field) })),
    { name: 'owner', label: t('Created by') },
    { name: 'creation', label: t('Created on') },
    { name: 'modified', label: t('Changed on') },
  ]
}
