// Rows change places by dragging their handle.
import Sortable from 'sortablejs'
import { onBeforeUnmount, watchEffect } from 'vue'
import type { Ref } from 'vue'

export function useRowOrder(body: Ref<HTMLElement | undefined>, move: (from: number, to: number) => void): void {
  let sortable: Sortable | null = null
  const stop = (): void => {
    sortable?.destroy()
    sortable = null
  }
  watchEffect(() => {
    stop()
    if (body.value === undefined) return
    sortable = Sortable.create(body.value, {
      handle: '.drag-handle',
      animation: 120,
      onEnd: ({ oldIndex, newIndex, item, from }) => {
        if (oldIndex === undefined || newIndex === undefined || oldIndex === newIndex) return
        // Vue owns the rows: the element goes back and the new order of the data moves it.
        from.insertBefore(item, from.children[oldIndex + (oldIndex > newIndex ? 1 : 0)] ?? null)
        move(oldIndex, newIndex)
      },
    })
  })
  onBeforeUnmount(stop)
}
