// Rows of a child DocType, edited in place.
import { defineAsyncComponent } from 'vue'

import { t } from '@/shared/i18n'

import type { FieldKind } from '../contract'

export const table: FieldKind = {
  id: 'table',
  fieldtypes: ['Table'],
  component: defineAsyncComponent(() => import('./TableField.vue')),
  format: (value) => (Array.isArray(value) && value.length > 0 ? t('{count} rows', { count: value.length }) : ''),
  operators: [],
  wide: true,
  ownReadOnly: true,
}
