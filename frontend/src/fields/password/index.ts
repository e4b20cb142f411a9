// A secret: never shown, sent only when it is typed anew.
import { asText } from '../format'
import type { FieldKind } from '../contract'
import PasswordField from './PasswordField.vue'

export const password: FieldKind = {
  id: 'password',
  fieldtypes: ['Password'],
  component: PasswordField,
  format: (value) => (asText(value) === '' ? '' : '••••••'),
  operators: [],
}
