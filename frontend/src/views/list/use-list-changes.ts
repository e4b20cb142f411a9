// How many records of a list changed since it was read: told by live events, forgotten when it is read again.
import { computed, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'

import { useLive } from '@/api/live'
import { asText } from '@/api/resource'
import type { Row } from '@/api/resource'

export function useListChanges(doctype: string, rows: Ref<Row[] | null>): ComputedRef<number> {
  const changed = shallowRef(new Map<string, string>())

  useLive((event) => {
    if (event.kind === 'document' && event.doctype === doctype) changed.value = new Map(changed.value).set(event.name, event.modified ?? '')
  })
  watch(rows, () => (changed.value = new Map()))

  return computed(() => {
    const shown = new Map((rows.value ?? []).map((row) => [asText(row['name']), asText(row['modified'])]))
    // The event of an own change may come after the list was read again.
    return [...changed.value].filter(([name, modified]) => (shown.get(name) ?? '') < modified || modified === '').length
  })
}
