// Asks before unsaved changes are lost.
import { onBeforeUnmount, onMounted } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'

import { confirm } from '@/shared/feedback'
import { t } from '@/shared/i18n'

export function useLeaveGuard(dirty: () => boolean): void {
  const mayLeave = async (): Promise<boolean> =>
    !dirty() ||
    confirm({
      title: t('Unsaved changes'),
      message: t('Leave this page and lose what you changed?'),
      confirm: t('Leave without saving'),
      danger: true,
    })
  const warnOnUnload = (event: BeforeUnloadEvent): void => {
    if (dirty()) event.preventDefault()
  }
  onBeforeRouteLeave(mayLeave)
  onBeforeRouteUpdate((to, from) => (to.path === from.path ? true : mayLeave()))
  onMounted(() => window.addEventListener('beforeunload', warnOnUnload))
  onBeforeUnmount(() => window.removeEventListener('beforeunload', warnOnUnload))
}
