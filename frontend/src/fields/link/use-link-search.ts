// Type-ahead over the documents of a DocType, or over colleagues: the latest question wins.
import { ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'

import { searchLink, searchPeople } from '@/api/desk'
import type { Suggestion } from '@/api/desk'
import { useSession } from '@/api/session'

import { onlyNames, recentFirst, recentNames } from './recent'

interface Suggestions<Question extends unknown[]> {
  found: Ref<Suggestion[]>
  /** The question that `found` answers. */
  answered: ShallowRef<Question | null>
  loading: Ref<boolean>
  search: (...question: Question) => Promise<void>
}

export type LinkSearch = Suggestions<[doctype: string, text: string, filters?: unknown]>
export type PeopleSearch = Suggestions<[text: string]>

function useSuggestions<Question extends unknown[]>(ask: (signal: AbortSignal, ...question: Question) => Promise<Suggestion[]>): Suggestions<Question> {
  const found = ref<Suggestion[]>([])
  const answered: ShallowRef<Question | null> = shallowRef(null)
  const loading = ref(false)
  let asked: AbortController | null = null
  async function search(...question: Question): Promise<void> {
    asked?.abort()
    const asking = (asked = new AbortController())
    loading.value = true
    try {
      const suggestions = await ask(asking.signal, ...question)
      if (asking === asked) found.value = suggestions
    } catch {
      // A type-ahead that fails offers nothing; saving still tells what is wrong with the value.
      if (asking === asked) found.value = []
    } finally {
      if (asking === asked) {
        loading.value = false
        answered.value = question
      }
    }
  }
  return { found, answered, loading, search }
}

/** Without a text the documents come first that this person chose lately. */
export function useLinkSearch(): LinkSearch {
  const { boot } = useSession()
  return useSuggestions(async (signal, doctype: string, text: string, filters?: unknown) => {
    const recent = text === '' ? recentNames(boot.user, doctype) : []
    const asking = searchLink(doctype, text, filters, signal)
    if (recent.length === 0) return asking
    const [chosen, found] = await Promise.all([searchLink(doctype, '', onlyNames(filters, recent), signal), asking])
    return recentFirst(recent, chosen, found)
  })
}

/** Colleagues by name and address, also for who may not read their accounts. */
export function usePeopleSearch(): PeopleSearch {
  return useSuggestions((signal, text: string) => searchPeople(text, signal))
}
