// One line of text.
import { asText } from '../format'
import { TEXT_OPERATORS } from '../operators'
import type { FieldKind } from '../contract'
import TextField from './TextField.vue'

export const text: FieldKind = {
  id: 'text',
  fieldtypes: ['Data', 'Barcode', 'Icon', 'Phone'],
  component: TextField,
  format: asText,
  operators: TEXT_OPERATORS,
}
