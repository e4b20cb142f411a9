// Of many rows only those near the visible part are drawn, and the one that has the focus; gaps stand for the others.
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

/** A drawn row, by its position, or the height in pixels of a gap. */
export type Piece = { key: number; row: number } | { key: string; gap: number }

const gap = (key: string, rows: number): Piece[] => (rows > 0 ? [{ key, gap: rows * ROW_HEIGHT }] : [])
const span = (first: number, end: number): Piece[] => Array.from({ length: end - first }, (_, at) => ({ key: first + at, row: first + at }))

/**
 * The window of `count` rows, and the row `kept` wherever it stands: an element that is taken away loses the focus.
 * So does one that is moved: whatever of the pieces stays, stays in its order.
 */
export function piecesOf({ first, end }: RowWindow, count: number, kept: number): Piece[] {
  const [own, next] = [span(first, end), kept + 1]
  if (kept < first) return [...gap('above', kept), ...span(kept, next), ...gap('before', first - next), ...own, ...gap('below', count - end)]
  if (kept < end || kept >= count) return [...gap('above', first), ...own, ...gap('below', count - end)]
  return [...gap('above', first), ...own, ...gap('after', kept - end), ...span(kept, next), ...gap('below', count - next)]
}

export interface VirtualRows {
  isVirtual: ComputedRef<boolean>
  pieces: ComputedRef<Piece[]>
  /** Scrolls so far that the row is drawn. */
  reveal: (row: number) => void
}

/** `kept`: position of the row that is always drawn. */
export function useVirtualRows(scroller: Ref<HTMLElement | undefined>, count: () => number, kept: () => number): VirtualRows {
  const top = ref(0)
  const height = ref(0)
  const isVirtual = computed(() => count() > DRAWN_AT_ONCE)
  const pieces = computed(() => piecesOf(windowOf(count(), top.value, height.value), count(), kept()))

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
  return { isVirtual, pieces, reveal }
}
