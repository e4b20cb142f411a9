// A place where fields of the form under work are dropped: those of the form, and new ones from the palette.
import Sortable from 'sortablejs'
import { onBeforeUnmount, onMounted } from 'vue'
import type { Ref } from 'vue'

/** What was dropped: a field of the form by its name, or a new one by its kind. */
export type Dropped = { fieldname: string } | { fieldtype: string }

/** Vue draws the fields: Sortable's element goes back to where it was, and the new order of the data draws it anew. */
function taken({ item, clone, from, oldIndex = 0 }: Sortable.SortableEvent): Dropped {
  const { fieldname, fieldtype = 'Data' } = item.dataset
  if (fieldname === undefined) {
    // Sortable leaves a copy in the palette and brings the button itself.
    clone.replaceWith(item)
    return { fieldtype }
  }
  from.insertBefore(item, from.children[oldIndex] ?? null)
  return { fieldname }
}

/** `dropped` hears where among the fields of the place; `arranged` hears of a move within it. */
export function useDropTarget(root: Ref<HTMLElement | undefined>, dropped: (what: Dropped, at: number) => void, arranged?: (from: number, to: number) => void): void {
  let sortable: Sortable | null = null

  function onUpdate({ item, from, oldIndex, oldDraggableIndex: old, newDraggableIndex: to }: Sortable.SortableEvent): void {
    if (old === undefined || to === undefined || oldIndex === undefined) return
    from.insertBefore(item, from.children[oldIndex + (old > to ? 1 : 0)] ?? null)
    if (old !== to) arranged?.(old, to)
  }

  onMounted(() => {
    sortable = Sortable.create(root.value!, {
      group: 'fields',
      draggable: '.canvas-field',
      animation: 120,
      onAdd: (event) => dropped(taken(event), event.newDraggableIndex ?? 0),
      onUpdate,
    })
  })
  onBeforeUnmount(() => sortable?.destroy())
}
