// A length of time, stored in seconds.
import type { FieldKind } from '../contract'
import { asNumber } from '../format'
import { NUMBER_OPERATORS } from '../operators'
import DurationField from './DurationField.vue'
import { formatDuration } from './duration'

export const duration: FieldKind = {
  id: 'duration',
  fieldtypes: ['Duration'],
  component: DurationField,
  format: (value) => {
    const seconds = asNumber(value)
    return seconds === null || seconds === 0 ? '' : formatDuration(seconds)
  },
  operators: NUMBER_OPERATORS,
  alignEnd: true,
}
