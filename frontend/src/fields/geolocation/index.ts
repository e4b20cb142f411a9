// A place on the map, or shapes on it.
import { defineAsyncComponent } from 'vue'

import { t } from '@/shared/i18n'

import type { FieldKind } from '../contract'
import { asText } from '../format'
import { PRESENCE_OPERATORS } from '../operators'
import { parsePosition, positionText, shapesIn } from './position'

export const geolocation: FieldKind = {
  id: 'geolocation',
  fieldtypes: ['Geolocation'],
  component: defineAsyncComponent(() => import('./GeolocationField.vue')),
  format: (value) => {
    const count = shapesIn(asText(value))
    return positionText(asText(value)) ?? (count === 0 ? '' : t('{count} shapes on the map', { count }))
  },
  operators: PRESENCE_OPERATORS,
  parse: (text) => parsePosition(text) ?? undefined,
  expects: () => t('Write latitude and longitude, like 31.2304, 121.4737.'),
}
