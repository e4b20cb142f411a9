// Days and moments.
import { defineAsyncComponent } from 'vue'

import { formatDate, formatDatetime } from '@/shared/dates'
import { t } from '@/shared/i18n'
import { parseDay, parseMoment } from '@/shared/typed-dates'

import type { FieldKind } from '../contract'
import { asText } from '../format'
import { DATE_OPERATORS } from '../operators'

export const date: FieldKind = {
  id: 'date',
  fieldtypes: ['Date', 'Datetime'],
  component: defineAsyncComponent(() => import('./DateField.vue')),
  format: (value, field) => (field.fieldtype === 'Date' ? formatDate(asText(value)) : formatDatetime(asText(value))),
  operators: DATE_OPERATORS,
  parse: (text, field) => (field.fieldtype === 'Date' ? (parseDay(text) ?? parseMoment(text)?.slice(0, 10)) : parseMoment(text)),
  expects: () => t('Write the day like 2026-11-22.'),
}
