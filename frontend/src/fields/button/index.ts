// A button that runs a method of the document.
import type { FieldKind } from '../contract'
import ButtonField from './ButtonField.vue'

export const button: FieldKind = {
  id: 'button',
  fieldtypes: ['Button'],
  component: ButtonField,
  format: () => '',
  operators: [],
  ownLabel: true,
  ownReadOnly: true,
}
