// A colour.
import { defineAsyncComponent } from 'vue'

import type { FieldKind } from '../contract'
import { asText } from '../format'
import { TEXT_OPERATORS } from '../operators'

export const color: FieldKind = {
  id: 'color',
  fieldtypes: ['Color'],
  component: defineAsyncComponent(() => import('./ColorField.vue')),
  format: asText,
  operators: TEXT_OPERATORS,
  ownReadOnly: true,
}
