// What somebody gains and loses, as short texts.
import type { RightChange } from '@/api/rights'
import { t } from '@/shared/i18n'
import { formatNumber } from '@/shared/numbers'

import { actionText } from './action-texts'

/** More are told as so many. */
const MOST_COUNTED = 10_000

export function changeText({ action, level, scope }: RightChange): string {
  const what = level > 0 ? t('{action} (level {level})', { action: actionText(action), level }) : actionText(action)
  return scope === 'some' ? t('{action} of some', { action: what }) : what
}

export function countText(count: number | null): string {
  if (count === null) return '?'
  return count >= MOST_COUNTED ? `${formatNumber(MOST_COUNTED)}+` : formatNumber(count)
}
