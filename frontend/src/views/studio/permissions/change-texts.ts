// What somebody gains and loses, as short texts.
import type { RightChange } from '@/api/rights'
import { t } from '@/shared/i18n'
import { formatNumber } from '@/shared/numbers'

import { actionText } from './action-texts'

/** More are told as so many. */
const MOST_COUNTED = 10_000

const changeText = ({ action, level }: RightChange): string => (level > 0 ? t('{action} (level {level})', { action: actionText(action), level }) : actionText(action))

/** Those about all documents, then those about some of them. */
export function changesText(changes: readonly RightChange[]): string {
  const about = (scope: RightChange['scope']): string => changes.filter((one) => one.scope === scope).map(changeText).join(', ')
  const some = about('some')
  return [about('all'), some && t('{actions} (some documents)', { actions: some })].filter(Boolean).join('; ')
}

export function countText(count: number | null): string {
  if (count === null) return '?'
  return count >= MOST_COUNTED ? `${formatNumber(MOST_COUNTED)}+` : formatNumber(count)
}
