// One action on many records: each on its own, so that one refusal does not stop the others.
import { ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'

import { errorText } from '@/api/errors'

export interface Outcome {
  name: string
  /** Why it was refused; empty when it was done. */
  refusal: string
}

export interface BulkRun {
  title: string
  total: number
  outcomes: Outcome[]
  running: boolean
}

export interface Bulk {
  run: ShallowRef<BulkRun | null>
  stopping: Ref<boolean>
  start: (title: string, names: readonly string[], work: (name: string) => Promise<unknown>) => Promise<void>
  stop: () => void
  close: () => void
}

export function useBulk(): Bulk {
  const run = shallowRef<BulkRun | null>(null)
  const stopping = ref(false)

  async function attempt(name: string, work: (name: string) => Promise<unknown>): Promise<Outcome> {
    try {
      await work(name)
      return { name, refusal: '' }
    } catch (failure) {
      return { name, refusal: errorText(failure) }
    }
  }

  async function start(title: string, names: readonly string[], work: (name: string) => Promise<unknown>): Promise<void> {
    stopping.value = false
    run.value = { title, total: names.length, outcomes: [], running: true }
    for (const name of names) {
      if (stopping.value) break
      const outcome = await attempt(name, work)
      run.value = { ...run.value, outcomes: [...run.value.outcomes, outcome] }
    }
    run.value = { ...run.value, running: false }
  }

  return { run, stopping, start, stop: () => void (stopping.value = true), close: () => void (run.value = null) }
}
