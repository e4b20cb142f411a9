// Text that nobody edits.
import { asText } from '../format'
import { TEXT_OPERATORS } from '../operators'
import type { FieldKind } from '../contract'
import ReadOnlyField from './ReadOnlyField.vue'

export const readOnly: FieldKind = {
  id: 'read-only',
  fieldtypes: ['Read Only'],
  component: ReadOnlyField,
  format: asText,
  operators: TEXT_OPERATORS,
  ownReadOnly: true,
}
