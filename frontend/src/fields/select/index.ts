// One of a list of choices.
import type { FieldKind } from '../contract'
import { asText } from '../format'
import { CHOICE_OPERATORS } from '../operators'
import SelectField from './SelectField.vue'

export const select: FieldKind = {
  id: 'select',
  fieldtypes: ['Select'],
  component: SelectField,
  format: (value, _field, _row, { label }) => label(asText(value)),
  operators: CHOICE_OPERATORS,
}
