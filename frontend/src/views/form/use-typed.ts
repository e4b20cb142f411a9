// Tells the values of some fields once typing pauses.
import { onScopeDispose, watch } from 'vue'

import type { Doc } from '@/api/resource'

const PAUSE = 500

/** Answers a function that names the fields; none: nothing is followed. `look` gets their values when one has a value. */
export function useTyped(doc: () => Doc, look: (values: Doc) => Promise<void>): (fields: readonly string[]) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(timer))

  return (fields) => {
    if (fields.length === 0) return
    const values = (): Doc => Object.fromEntries(fields.map((name) => [name, doc()[name]]))
    const texts = (): string => JSON.stringify(values())
    // At once: people type while the names of the fields are still asked for.
    watch(
      texts,
      () => {
        clearTimeout(timer)
        const typed = values()
        if (Object.values(typed).some((value) => value !== null && value !== undefined && value !== '')) timer = setTimeout(() => void look(typed), PAUSE)
      },
      { immediate: true },
    )
  }
}
