// How many notifications are unread, asked every minute and when somebody comes back to the page.
import { onBeforeUnmount, onMounted, ref } from 'vue'
import type { Ref } from 'vue'

import { countUnread } from '@/api/notifications'

const INTERVAL = 60_000

export function useUnread(): { unread: Ref<number>; refresh: () => Promise<void> } {
  const unread = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined

  async function refresh(): Promise<void> {
    // An answer that fails leaves the last count.
    unread.value = await countUnread().catch(() => unread.value)
  }

  const refreshIfShown = (): void => void (document.visibilityState === 'visible' && refresh())

  onMounted(() => {
    void refresh()
    timer = setInterval(refreshIfShown, INTERVAL)
    document.addEventListener('visibilitychange', refreshIfShown)
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', refreshIfShown)
  })
  return { unread, refresh }
}
