// Several lines of plain text.
import { asText, firstLine } from '../format'
import { TEXT_OPERATORS } from '../operators'
import type { FieldKind } from '../contract'
import LongTextField from './LongTextField.vue'

export const longText: FieldKind = {
  id: 'long-text',
  fieldtypes: ['Small Text', 'Text', 'Long Text'],
  component: LongTextField,
  format: (value) => firstLine(asText(value)),
  operators: TEXT_OPERATORS,
  ownReadOnly: true,
}
