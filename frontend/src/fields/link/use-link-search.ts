// Type-ahead over the documents of a DocType: the latest question wins.
import { ref } from 'vue'
import type { Ref } from 'vue'

import { searchLink } from '@/api/desk'
import type { Suggestion } from '@/api/desk'

export interface LinkSearch {
  found: Ref<Suggestion[]>
  loading: Ref<boolean>
  search: (doctype: string, text: string, filters?: unknown) => Promise<void>
}

export function useLinkSearch(): LinkSearch {
  const found = ref<Suggestion[]>([])
  const loading = ref(false)
  let asked: AbortController | null = null
  async function search(doctype: string, text: string, filters?: unknown): Promise<void> {
    asked?.abort()
    const asking = (asked = new AbortController())
    loading.value = true
    try {
      found.value = await searchLink(doctype, text, filters, asking.signal)
    } catch {
      // A type-ahead that fails offers nothing; saving still tells what is wrong with the value.
      if (asking === asked) found.value = []
    } finally {
      if (asking === asked) loading.value = false
    }
  }
  return { found, loading, search }
}
