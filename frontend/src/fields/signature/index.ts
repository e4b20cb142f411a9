// A drawn signature, stored as a picture in text form.
import { defineAsyncComponent } from 'vue'

import { t } from '@/shared/i18n'

import type { FieldKind } from '../contract'
import { asText } from '../format'
import { PRESENCE_OPERATORS } from '../operators'

export const signature: FieldKind = {
  id: 'signature',
  fieldtypes: ['Signature'],
  component: defineAsyncComponent(() => import('./SignatureField.vue')),
  format: (value) => (asText(value) === '' ? '' : t('Signed')),
  operators: PRESENCE_OPERATORS,
  ownReadOnly: true,
}
