// A time of day.
import { defineAsyncComponent } from 'vue'

import { formatTime } from '@/shared/dates'
import { t } from '@/shared/i18n'
import { parseClock } from '@/shared/typed-dates'

import type { FieldKind } from '../contract'
import { asText } from '../format'
import { NUMBER_OPERATORS } from '../operators'

export const time: FieldKind = {
  id: 'time',
  fieldtypes: ['Time'],
  component: defineAsyncComponent(() => import('./TimeField.vue')),
  format: (value) => formatTime(asText(value)),
  operators: NUMBER_OPERATORS,
  parse: parseClock,
  expects: () => t('Write the time like 14:30.'),
}
