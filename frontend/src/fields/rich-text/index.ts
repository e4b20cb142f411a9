// Text with headings, lists and links.
import { defineAsyncComponent } from 'vue'

import { plainText } from '@/shared/text'

import type { FieldKind } from '../contract'
import { asText, firstLine } from '../format'
import { TEXT_OPERATORS } from '../operators'

export const richText: FieldKind = {
  id: 'rich-text',
  fieldtypes: ['Text Editor'],
  component: defineAsyncComponent(() => import('./RichTextField.vue')),
  format: (value) => firstLine(plainText(asText(value))),
  operators: TEXT_OPERATORS,
  wide: true,
  ownReadOnly: true,
}
