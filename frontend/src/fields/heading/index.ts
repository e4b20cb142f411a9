// A heading between fields.
import type { FieldKind } from '../contract'
import HeadingField from './HeadingField.vue'

export const heading: FieldKind = {
  id: 'heading',
  fieldtypes: ['Heading'],
  component: HeadingField,
  format: () => '',
  operators: [],
  ownLabel: true,
  ownReadOnly: true,
}
