// Somebody else stored or deleted the document that is open here: told by live events.
import { computed, ref, watch } from 'vue'
import type { ComputedRef } from 'vue'

import { useLive } from '@/api/live'
import { asText, fetchValues } from '@/api/resource'
import { useSession } from '@/api/session'
import { t } from '@/shared/i18n'

import type { DocumentModel } from './use-document'

/** What to tell; null while the document shown is the stored one. */
export function useChanges(doctype: string, model: DocumentModel): ComputedRef<string | null> {
  const { title } = useSession()
  const newest = ref('')
  const author = ref('')
  const deleted = ref(false)
  const name = computed(() => asText(model.stored.value['name']))
  // The event of an own change may come before the answer to it.
  const isNewer = computed(() => !model.busy.value && !model.isNew.value && newest.value > asText(model.stored.value['modified']))

  useLive((event) => {
    if (event.kind !== 'document' || event.doctype !== doctype || event.name !== name.value) return
    if (event.event === 'delete') deleted.value = true
    else if (event.modified > newest.value) newest.value = event.modified
  })

  watch(isNewer, async (newer) => {
    if (!newer) return
    // Without the name of the author the change itself is told.
    const found = await fetchValues(doctype, name.value, ['modified_by']).catch(() => ({}))
    author.value = asText((found as Record<string, string>)['modified_by'])
  })

  return computed(() => {
    if (deleted.value && !model.busy.value) return t('This document was deleted meanwhile.')
    if (!isNewer.value) return null
    return author.value === '' ? t('This document was changed meanwhile.') : t('{user} changed this document meanwhile.', { user: title('User', author.value) })
  })
}
