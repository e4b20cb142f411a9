// A file that belongs to the document.
import { defineAsyncComponent } from 'vue'

import type { FieldKind } from '../contract'
import { asText } from '../format'
import { PRESENCE_OPERATORS } from '../operators'

/** Last part of a file's address. */
export function fileName(address: string): string {
  const last = address.split('?')[0]?.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}

export const attach: FieldKind = {
  id: 'attach',
  fieldtypes: ['Attach', 'Attach Image'],
  component: defineAsyncComponent(() => import('./AttachField.vue')),
  format: (value) => fileName(asText(value)),
  operators: PRESENCE_OPERATORS,
  ownReadOnly: true,
}
