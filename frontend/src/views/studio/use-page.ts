// What a page of the studio shows: it is fetched when the page opens, and again when somebody asks for it.
import { onMounted, ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'

import { errorText } from '@/api/errors'
import { useSession } from '@/api/session'

export interface Page<Found> {
  /** What was fetched; null until it has come. */
  found: ShallowRef<Found | null>
  /** The sentence of a refusal. */
  problem: Ref<string>
  load: () => Promise<void>
}

/** `title` is what the browser calls the page. */
export function usePage<Found>(title: string, fetch: () => Promise<Found>): Page<Found> {
  const session = useSession()
  const found = shallowRef<Found | null>(null)
  const problem = ref('')

  async function load(): Promise<void> {
    problem.value = ''
    document.title = `${title} · ${session.boot.site_name}`
    try {
      found.value = await fetch()
    } catch (failure) {
      problem.value = errorText(failure)
    }
  }

  onMounted(load)
  return { found, problem, load }
}
