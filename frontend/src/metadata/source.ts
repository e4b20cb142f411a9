// Definitions, loaded once each and shared by all views.
import { inject } from 'vue'
import type { InjectionKey } from 'vue'

import { getMeta } from '@/api/desk'

import type { Meta } from './doctype'

export interface MetaSource {
  load(doctype: string): Promise<Meta>
  /** Forgets the definitions, so that the next view reads them anew. */
  forget(): void
}

export function createMetaSource(): MetaSource {
  const pending = new Map<string, Promise<Meta>>()
  return {
    load(doctype) {
      const known = pending.get(doctype)
      if (known !== undefined) return known
      const loading = getMeta<Meta>(doctype)
      pending.set(doctype, loading)
      loading.catch(() => pending.delete(doctype))
      return loading
    },
    forget: () => pending.clear(),
  }
}

export const MetaSourceKey: InjectionKey<MetaSource> = Symbol('meta source')

export function useMetaSource(): MetaSource {
  const source = inject(MetaSourceKey)
  if (source === undefined) throw new Error('The application provides no definitions')
  return source
}
