// Fixed text of the definition, with mark-up.
import { defineAsyncComponent } from 'vue'

import type { FieldKind } from '../contract'

export const html: FieldKind = {
  id: 'html',
  fieldtypes: ['HTML'],
  component: defineAsyncComponent(() => import('./HtmlField.vue')),
  format: () => '',
  operators: [],
  wide: true,
  ownLabel: true,
  ownReadOnly: true,
}
