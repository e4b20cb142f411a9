// What a view of a list is given, and what it may change.
import type { DocTypeEntry } from '@/api/session'
import type { ListModel } from '@/metadata/columns'
import type { Meta } from '@/metadata/doctype'

import type { Criteria, ListState, OptionKey } from './list/list-state'

export interface ViewProps {
  meta: Meta
  model: ListModel
  state: ListState
  criteria: Criteria
  entry: DocTypeEntry
}

/** The state with some settings of its view changed; an empty text takes the usual one. */
export function withOptions(state: ListState, changed: Partial<Record<OptionKey, string>>): Pick<ListState, 'options'> {
  return { options: Object.fromEntries(Object.entries({ ...state.options, ...changed }).filter(([, value]) => value !== '')) }
}
