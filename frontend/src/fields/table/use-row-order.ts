// Rows change places by dragging their handle.
import Sortable from 'sortablejs'
import { onBeforeUnmount, watchEffect } from 'vue'
import type { Ref } from 'vue'

/** `positions` are those of the drawn rows, in order. */
export function useRowOrder(body: Ref<HTMLElement | undefined>, positions: () => readonly number[], move: (from: number, to: number) => void): void {
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
      draggable: '.grid-row',
      animation: 120,
      onEnd: ({ oldIndex, oldDraggableIndex: from, newDraggableIndex: to, item, from: list }) => {
        if (oldIndex === undefined || from === undefined || to === undefined || from === to) return
        // Vue owns the rows: the element goes back and the new order of the data moves it.
        list.insertBefore(item, list.children[oldIndex + (from > to ? 1 : 0)] ?? null)
        const drawn = positions()
        move(drawn[from]!, drawn[to]!)
      },
    })
  })
  onBeforeUnmount(stop)
}
