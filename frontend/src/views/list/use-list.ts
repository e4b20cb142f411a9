// Rows and count of a list, page after page by cursor; the latest question wins.
import { ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'

import { errorText } from '@/api/errors'
import { countDocuments, pageDocuments } from '@/api/resource'
import type { ListQuery, Row } from '@/api/resource'

import { COUNT_LIMIT } from './list-state'

export interface ListData {
  rows: ShallowRef<Row[] | null>
  hasNext: Ref<boolean>
  /** Matching records; null while it is unknown. */
  count: Ref<number | null>
  error: Ref<string | null>
  load: (doctype: string, query: ListQuery) => Promise<void>
  /** Adds the next page. */
  more: () => Promise<void>
}

/** `prepare` is waited for before rows are shown: what they name by title is asked for. */
export function useList(prepare: (rows: readonly Row[]) => Promise<void> = () => Promise.resolve()): ListData {
  const rows = shallowRef<Row[] | null>(null)
  const hasNext = ref(false)
  const count = ref<number | null>(null)
  const error = ref<string | null>(null)
  let current: AbortController | null = null
  let shown = ''
  let asked: { doctype: string; query: ListQuery; cursor: string } | null = null
  let adding = false

  async function loadCount(doctype: string, { filters, or_filters }: ListQuery, signal: AbortSignal): Promise<void> {
    const counted = await countDocuments(doctype, { ...(filters && { filters }), ...(or_filters && { or_filters }), limit: COUNT_LIMIT + 1 }, signal)
    if (!signal.aborted) count.value = counted
  }

  async function loadRows(doctype: string, query: ListQuery, cursor: string, signal: AbortSignal): Promise<void> {
    const page = await pageDocuments(doctype, query, cursor, signal)
    await prepare(page.rows)
    if (signal.aborted) return
    shown = JSON.stringify([doctype, query])
    rows.value = cursor === '*' ? page.rows : [...(rows.value ?? []), ...page.rows]
    hasNext.value = page.next !== null
    asked = { doctype, query, cursor: page.next ?? '' }
    error.value = null
  }

  async function load(doctype: string, query: ListQuery): Promise<void> {
    current?.abort()
    const { signal } = (current = new AbortController())
    count.value = null
    // A count that fails leaves the list without a total; the rows tell the error.
    loadCount(doctype, query, signal).catch(() => undefined)
    try {
      await loadRows(doctype, query, '*', signal)
    } catch (failure) {
      if (signal.aborted) return
      // Rows of the same question stay: they were right a moment ago.
      if (shown !== JSON.stringify([doctype, query])) {
        rows.value = []
        hasNext.value = false
      }
      error.value = errorText(failure)
    }
  }

  async function more(): Promise<void> {
    if (adding || asked === null || !hasNext.value || current === null) return
    adding = true
    const { signal } = current
    try {
      await loadRows(asked.doctype, asked.query, asked.cursor, signal)
    } catch (failure) {
      if (!signal.aborted) error.value = errorText(failure)
    } finally {
      adding = false
    }
  }

  return { rows, hasNext, count, error, load, more }
}
