// Rows and count of a list; the latest question wins.
import { ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'

import { errorText } from '@/api/errors'
import { countDocuments, listDocuments } from '@/api/resource'
import type { Row } from '@/api/resource'
import { buildListModel } from '@/metadata/columns'
import type { Meta } from '@/metadata/doctype'

import { COUNT_LIMIT, listCriteria, listQuery, PAGE_LENGTH } from './list-state'
import type { ListState } from './list-state'

export interface ListData {
  rows: ShallowRef<Row[] | null>
  hasNext: Ref<boolean>
  /** Matching records; null while it is unknown. */
  count: Ref<number | null>
  error: Ref<string | null>
  load: (meta: Meta, state: ListState) => Promise<void>
}

export function useList(): ListData {
  const rows = shallowRef<Row[] | null>(null)
  const hasNext = ref(false)
  const count = ref<number | null>(null)
  const error = ref<string | null>(null)
  let current: AbortController | null = null

  async function loadCount(meta: Meta, state: ListState, signal: AbortSignal): Promise<void> {
    const criteria = listCriteria(meta.doctype, buildListModel(meta, state.columns), state)
    const counted = await countDocuments(meta.doctype.name, { ...criteria, limit: COUNT_LIMIT + 1 }, signal)
    if (!signal.aborted) count.value = counted
  }

  async function loadRows(meta: Meta, state: ListState, signal: AbortSignal): Promise<void> {
    const found = await listDocuments(meta.doctype.name, listQuery(meta.doctype, buildListModel(meta, state.columns), state), signal)
    if (signal.aborted) return
    hasNext.value = found.length > PAGE_LENGTH
    rows.value = found.slice(0, PAGE_LENGTH)
    error.value = null
  }

  async function load(meta: Meta, state: ListState): Promise<void> {
    current?.abort()
    const { signal } = (current = new AbortController())
    count.value = null
    // A count that fails leaves the pager without a total; the rows tell the error.
    loadCount(meta, state, signal).catch(() => undefined)
    try {
      await loadRows(meta, state, signal)
    } catch (failure) {
      if (signal.aborted) return
      rows.value = []
      error.value = errorText(failure)
    }
  }

  return { rows, hasNext, count, error, load }
}
