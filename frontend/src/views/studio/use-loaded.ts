// What a workbench works on: loaded by its address, loaded anew after it was applied, or the reason why it cannot be shown.
import { shallowRef } from 'vue'
import type { ShallowRef } from 'vue'

import { errorText } from '@/api/errors'

interface Found<T> {
  found: T
  /** Counts loads: a workbench that is keyed by it starts afresh with each. */
  turn: number
}

export interface Loaded<T> {
  content: ShallowRef<Found<T> | null>
  problem: ShallowRef<string>
  load: () => Promise<void>
}

/** The answer of an earlier load that comes late is dropped. */
export function useLoaded<T>(find: () => Promise<T>): Loaded<T> {
  const content = shallowRef<Found<T> | null>(null)
  const problem = shallowRef('')
  let latest = 0

  async function load(): Promise<void> {
    const turn = ++latest
    problem.value = ''
    try {
      const found = await find()
      if (turn === latest) content.value = { found, turn }
    } catch (failure) {
      if (turn !== latest) return
      content.value = null
      problem.value = errorText(failure)
    }
  }

  return { content, problem, load }
}
