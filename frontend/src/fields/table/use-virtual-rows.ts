// Of many rows only those near the visible part are drawn; space above and below stands for the others.
import { computed, onBeforeUnmount, onMounted, ref } from 'vue'
import type { ComputedRef, Ref } from 'vue'

export const ROW_HEIGHT = 35
const DRAWN_AT_ONCE = 80
const BEYOND = 12

export interface RowWindow {
  first: number
  /** The position after the last drawn row. */
  end: number
}

/** The rows to draw of `count` when `height` pixels are seen from `top` on. */
export function windowOf(count: number, top: number, height: number): RowWindow {
  if (count <= DRAWN_AT_ONCE) return { first: 0, end: count }
  const seen = Math.ceil(height / ROW_HEIGHT)
  const first = Math.max(0, Math.min(count - seen, Math.floor(top / ROW_HEIGHT)) - BEYOND)
  return { first, end: Math.min(count, first + seen + 2 * BEYOND) }
}

export interface VirtualRows {
  isVirtual: ComputedRef<boolean>
  shown: ComputedRef<RowWindow>
  /** Scrolls so far that the row is drawn. */
  reveal: (row: number) => void
}

export function useVirtualRows(scroller: Ref<HTMLElement | undefined>, count: () => number): VirtualRows {
  const top = ref(0)
  const height = ref(0)
  const isVirtual = computed(() => count() > DRAWN_AT_ONCE)
  const shown = computed(() => windowOf(count(), top.value, height.value))

  function measure(): void {
    top.value = scroller.value?.scrollTop ?? 0
    height.value = scroller.value?.clientHeight ?? 0
  }

  function reveal(row: number): void {
    const element = scroller.value
    if (element === undefined || !isVirtual.value) return
    const [above, below] = [row * ROW_HEIGHT, (row + 3) * ROW_HEIGHT - element.clientHeight]
    element.scrollTop = Math.max(Math.min(element.scrollTop, above), below)
    measure()
  }

  const watcher = new ResizeObserver(measure)
  onMounted(() => {
    if (scroller.value === undefined) return
    scroller.value.addEventListener('scroll', measure, { passive: true })
    watcher.observe(scroller.value)
    measure()
  })
  onBeforeUnmount(() => watcher.disconnect())
  return { isVirtual, shown, reveal }
}
