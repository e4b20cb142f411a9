// One request of a small form: busy while it runs, the sentence of a refusal afterwards.
import { ref } from 'vue'
import type { Ref } from 'vue'

import { errorText } from './errors'

export interface Attempt {
  busy: Ref<boolean>
  problem: Ref<string>
  /** Whether `work` succeeded. */
  attempt: (work: () => Promise<void>) => Promise<boolean>
}

export function useAttempt(): Attempt {
  const busy = ref(false)
  const problem = ref('')

  async function attempt(work: () => Promise<void>): Promise<boolean> {
    busy.value = true
    problem.value = ''
    try {
      await work()
      return true
    } catch (failure) {
      problem.value = errorText(failure)
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, attempt }
}
