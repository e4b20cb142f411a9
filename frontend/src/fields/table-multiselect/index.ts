// Several links, kept as rows of a child DocType with one Link field.
import { defineAsyncComponent } from 'vue'

import type { Row, Value } from '@/api/resource'
import { t } from '@/shared/i18n'
import type { DocField, DocType } from '@/metadata/doctype'

import type { FieldKind } from '../contract'

/** The Link field of the child DocType that holds the chosen names. */
export function linkOf(child: DocType | undefined): DocField | undefined {
  return child?.fields.find((field) => field.fieldtype === 'Link')
}

/** Rows for the chosen names; a row that stays keeps its identity. */
export function rowsFor(names: readonly string[], current: Value, fieldname: string): Row[] {
  const rows = Array.isArray(current) ? current : []
  return names.map((name) => rows.find((row) => row[fieldname] === name) ?? { [fieldname]: name })
}

export const tableMultiselect: FieldKind = {
  id: 'table-multiselect',
  fieldtypes: ['Table MultiSelect'],
  component: defineAsyncComponent(() => import('./MultiSelectField.vue')),
  format: (value) => (Array.isArray(value) && value.length > 0 ? t('{count} chosen', { count: value.length }) : ''),
  operators: [],
  ownReadOnly: true,
}
