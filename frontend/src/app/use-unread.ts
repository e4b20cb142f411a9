// How many notifications are unread: asked once, and again when the server tells of a new one or somebody comes back.
import { onBeforeUnmount, onMounted, ref } from 'vue'
import type { Ref } from 'vue'

import { useLive } from '@/api/live'
import { countUnread } from '@/api/notifications'

export function useUnread(): { unread: Ref<number>; refresh: () => Promise<void> } {
  const unread = ref(0)

  async function refresh(): Promise<void> {
    // An answer that fails leaves the last count.
    unread.value = await countUnread().catch(() => unread.value)
  }

  const refreshIfShown = (): void => void (document.visibilityState === 'visible' && refresh())

  useLive(({ kind }) => void (kind !== 'document' && refresh()))
  onMounted(() => {
    void refresh()
    document.addEventListener('visibilitychange', refreshIfShown)
  })
  onBeforeUnmount(() => document.removeEventListener('visibilitychange', refreshIfShown))
  return { unread, refresh }
}
