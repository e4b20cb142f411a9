// Days and moments.
import { defineAsyncComponent } from 'vue'

import { formatDate, formatDatetime } from '@/shared/dates'

import type { FieldKind } from '../contract'
import { asText } from '../format'
import { DATE_OPERATORS } from '../operators'

export const date: FieldKind = {
  id: 'date',
  fieldtypes: ['Date', 'Datetime'],
  component: defineAsyncComponent(() => import('./DateField.vue')),
  format: (value, field) => (field.fieldtype === 'Date' ? formatDate(asText(value)) : formatDatetime(asText(value))),
  operators: DATE_OPERATORS,
}
