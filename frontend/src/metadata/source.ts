// Definitions, loaded once each and shared by all views.
import { inject } from 'vue'
import type { InjectionKey } from 'vue'

import { getMeta } from '@/api/desk'

import type { Meta } from './doctype'

export interface MetaSource {
  load(doctype: string): Promise<Meta>
  /** Forgets a definition, so that the next view reads it anew. */
  forget(doctype: string): void
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
    forget: (doctype) => void pending.delete(doctype),
  }
}

export const MetaSourceKey: InjectionKey<MetaSource> = Symbol('meta source')

export function useMetaSource(): MetaSource {
  const source = inject(MetaSourceKey)
  if (source === undefined) throw new Error('The application provides no definitions')
  return source
}
