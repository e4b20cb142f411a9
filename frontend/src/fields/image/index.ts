// Shows the picture that another field holds.
import type { FieldKind } from '../contract'
import ImageField from './ImageField.vue'

export const image: FieldKind = {
  id: 'image',
  fieldtypes: ['Image'],
  component: ImageField,
  format: () => '',
  operators: [],
  ownReadOnly: true,
}
