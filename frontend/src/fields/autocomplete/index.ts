// Free text with suggestions.
import { defineAsyncComponent } from 'vue'

import type { FieldKind } from '../contract'
import { asText } from '../format'
import { TEXT_OPERATORS } from '../operators'

export const autocomplete: FieldKind = {
  id: 'autocomplete',
  fieldtypes: ['Autocomplete'],
  component: defineAsyncComponent(() => import('./AutocompleteField.vue')),
  format: asText,
  operators: TEXT_OPERATORS,
}
