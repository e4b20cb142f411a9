// The rights of the open document in place of those of its DocType, asked again whenever it was stored.
import { shallowRef, watch } from 'vue'

import { getRights } from '@/api/desk'
import { asText } from '@/api/resource'
import type { Meta, Rights } from '@/metadata/doctype'
import { newestOnly } from '@/shared/newest'

import type { DocumentModel } from './use-document'

/** The definition with the rights in `held`, whatever they are by then. */
export function withRights(meta: Meta, held: { readonly value: Rights }): Meta {
  return {
    ...meta,
    get permissions() {
      return held.value.permissions
    },
    get readable_levels() {
      return held.value.readable_levels
    },
    get writable_levels() {
      return held.value.writable_levels
    },
    get closed() {
      return held.value.closed ?? {}
    },
  }
}

/** A new document has no rights of its own yet: those of its DocType count. */
export function useRights(meta: Meta, opened: Rights | null, model: DocumentModel): Meta {
  if (opened === null) return meta
  const held = shallowRef(opened)
  const begin = newestOnly()
  watch(
    () => model.stored.value['modified'],
    async () => {
      const isNewest = begin()
      // Without an answer the former rights stand; the server decides anyway.
      const found = await getRights<Rights>(meta.doctype.name, asText(model.stored.value['name']) || meta.doctype.name).catch(() => held.value)
      if (isNewest()) held.value = found
    },
  )
  return withRights(meta, held)
}
