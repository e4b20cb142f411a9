// The name of another document.
import type { FieldKind } from '../contract'
import { asText } from '../format'
import { linkTarget } from './target'
import { CHOICE_OPERATORS } from '../operators'
import LinkField from './LinkField.vue'

export const link: FieldKind = {
  id: 'link',
  fieldtypes: ['Link', 'Dynamic Link'],
  component: LinkField,
  format: (value, field, row, { title }) => title(linkTarget(field, row), asText(value)),
  operators: CHOICE_OPERATORS,
  ownReadOnly: true,
}
