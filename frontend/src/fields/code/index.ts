// Source text: code, JSON and mark-up.
import { defineAsyncComponent } from 'vue'

import type { FieldKind } from '../contract'
import { asText, firstLine } from '../format'
import { TEXT_OPERATORS } from '../operators'

export const code: FieldKind = {
  id: 'code',
  fieldtypes: ['Code', 'JSON', 'HTML Editor', 'Markdown Editor'],
  component: defineAsyncComponent(() => import('./CodeField.vue')),
  format: (value) => firstLine(asText(value)),
  operators: TEXT_OPERATORS,
  wide: true,
  ownReadOnly: true,
}
