// A length of time, stored in seconds.
import { t } from '@/shared/i18n'

import type { FieldKind } from '../contract'
import { asNumber } from '../format'
import { NUMBER_OPERATORS } from '../operators'
import DurationField from './DurationField.vue'
import { formatDuration, parseDuration } from './duration'

export const duration: FieldKind = {
  id: 'duration',
  fieldtypes: ['Duration'],
  component: DurationField,
  format: (value) => {
    const seconds = asNumber(value)
    return seconds === null || seconds === 0 ? '' : formatDuration(seconds)
  },
  operators: NUMBER_OPERATORS,
  parse: (text) => parseDuration(text) ?? undefined,
  expects: () => t('Write the time like 1d 2h 30m.'),
  alignEnd: true,
}
