// Yes or no.
import { t } from '@/shared/i18n'

import type { FieldKind } from '../contract'
import { CHECK_OPERATORS } from '../operators'
import CheckField from './CheckField.vue'

export const check: FieldKind = {
  id: 'check',
  fieldtypes: ['Check'],
  component: CheckField,
  format: (value) => (Number(value) === 1 ? t('Yes') : t('No')),
  operators: CHECK_OPERATORS,
  ownLabel: true,
  ownReadOnly: true,
}
