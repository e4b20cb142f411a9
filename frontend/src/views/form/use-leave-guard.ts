// Asks before unsaved changes are lost.
import { onBeforeUnmount, onMounted } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'

import { confirm } from '@/shared/feedback'
import { t } from '@/shared/i18n'

/** `dropped` is called when somebody leaves without saving. */
export function useLeaveGuard(dirty: () => boolean, dropped: () => void): void {
  async function mayLeave(): Promise<boolean> {
    if (!dirty()) return true
    const sure = await confirm({
      title: t('Unsaved changes'),
      message: t('Leave this page and lose what you changed?'),
      confirm: t('Leave without saving'),
      danger: true,
    })
    if (sure) dropped()
    return sure
  }
  const warnOnUnload = (event: BeforeUnloadEvent): void => {
    if (dirty()) event.preventDefault()
  }
  onBeforeRouteLeave(mayLeave)
  onBeforeRouteUpdate((to, from) => (to.path === from.path ? true : mayLeave()))
  onMounted(() => window.addEventListener('beforeunload', warnOnUnload))
  onBeforeUnmount(() => window.removeEventListener('beforeunload', warnOnUnload))
}
