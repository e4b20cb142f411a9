// The name of another document.
import type { FieldKind } from '../contract'
import { asText } from '../format'
import { CHOICE_OPERATORS } from '../operators'
import LinkField from './LinkField.vue'

export const link: FieldKind = {
  id: 'link',
  fieldtypes: ['Link', 'Dynamic Link'],
  component: LinkField,
  format: asText,
  operators: CHOICE_OPERATORS,
  ownReadOnly: true,
}
