// Whose documents a permission row is about. To Frappe, which knows no teams, a row of teams is one of own documents.
import type { Row } from '@/api/resource'
import { t } from '@/shared/i18n'

export type Whose = 'all' | 'team' | 'own'

export const WHOSE: readonly { value: Whose; text: () => string; about: () => string }[] = [
  { value: 'all', text: () => t('All'), about: () => t('All documents') },
  { value: 'team', text: () => t('Of the team'), about: () => t('Documents that the user or somebody of a team of the user made, and those with a link to a team of the user') },
  { value: 'own', text: () => t('Own'), about: () => t('Documents that the user made') },
]

export const whoseText = (whose: Whose): string => WHOSE.find((one) => one.value === whose)!.text()

export const FLAGS = ['if_owner', 'if_team'] as const

export const whoseOf = (row: Row): Whose => (row['if_team'] ? 'team' : row['if_owner'] ? 'own' : 'all')

/** The flags of a permission row that say so. */
export const flagsOf = (whose: Whose): Row => ({ if_owner: whose === 'all' ? 0 : 1, if_team: whose === 'team' ? 1 : 0 })
