// Stars; stored as a fraction of one.
import { defineAsyncComponent } from 'vue'

import type { FieldKind } from '../contract'
import { asNumber } from '../format'
import { NUMBER_OPERATORS } from '../operators'

/** Number of stars a field offers. */
export function starCount(options: string | null | undefined): number {
  const count = Number(options)
  return Number.isInteger(count) && count >= 3 && count <= 10 ? count : 5
}

export const rating: FieldKind = {
  id: 'rating',
  fieldtypes: ['Rating'],
  component: defineAsyncComponent(() => import('./RatingField.vue')),
  format: (value, field) => {
    const stars = Math.round((asNumber(value) ?? 0) * starCount(field.options) * 2) / 2
    return stars === 0 ? '' : `${stars} ★`
  },
  operators: NUMBER_OPERATORS,
  ownReadOnly: true,
}
