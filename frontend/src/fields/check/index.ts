// Yes or no.
import { t } from '@/shared/i18n'

import type { FieldKind } from '../contract'
import { CHECK_OPERATORS } from '../operators'
import CheckField from './CheckField.vue'

const YES = new Set(['1', 'yes', 'y', 'true', 'x', '✓', '✔', '是', '真'])
const NO = new Set(['0', 'no', 'n', 'false', '', '✗', '否', '假'])

function parseCheck(text: string): 0 | 1 | undefined {
  const plain = text.normalize('NFKC').trim().toLowerCase()
  if (YES.has(plain)) return 1
  return NO.has(plain) ? 0 : undefined
}

export const check: FieldKind = {
  id: 'check',
  fieldtypes: ['Check'],
  component: CheckField,
  format: (value) => (Number(value) === 1 ? t('Yes') : t('No')),
  operators: CHECK_OPERATORS,
  parse: parseCheck,
  expects: () => t('Write yes or no.'),
  ownLabel: true,
  ownReadOnly: true,
}
