// Which of many rows of one height stand in the page: those in sight and some around them. Cards of a phone, which scroll with the page, all stand there.
import { computed, onBeforeUnmount, onMounted, ref } from 'vue'
import type { ComputedRef, Ref } from 'vue'

export const ROW_HEIGHT = 39
const AROUND = 12
/** Shorter lists stand in the page as a whole. */
const WHOLE = 120
/** So many pixels before the end the next page is asked for. */
const NEAR_END = 20 * ROW_HEIGHT

export interface RowWindow {
  first: ComputedRef<number>
  last: ComputedRef<number>
  /** Height of the rows before and after the window, in pixels. */
  before: ComputedRef<number>
  after: ComputedRef<number>
}

/** First row and the row after the last one of a window of `height` pixels at `top`. */
export function rowsAt(top: number, height: number, count: number): [number, number] {
  if (count <= WHOLE) return [0, count]
  const first = Math.max(0, Math.min(Math.floor(top / ROW_HEIGHT) - AROUND, count))
  return [first, Math.min(count, first + Math.ceil(height / ROW_HEIGHT) + 2 * AROUND)]
}

export function useRowWindow(box: Ref<HTMLElement | undefined>, count: () => number, nearEnd: () => void): RowWindow {
  const top = ref(0)
  const height = ref(900)
  /** Whether the rows scroll in their box. */
  const boxed = ref(false)
  const span = computed((): [number, number] => (boxed.value ? rowsAt(top.value, height.value, count()) : [0, count()]))

  function look(): void {
    const element = box.value
    if (element === undefined) return
    top.value = element.scrollTop
    height.value = element.clientHeight || 900
    boxed.value = element.scrollHeight > element.clientHeight + 1
    const rest = boxed.value ? element.scrollHeight - element.scrollTop - element.clientHeight : element.getBoundingClientRect().bottom - window.innerHeight
    if (rest < NEAR_END) nearEnd()
  }

  const scrolled = { passive: true, capture: true }
  onMounted(() => window.addEventListener('scroll', look, scrolled))
  onBeforeUnmount(() => window.removeEventListener('scroll', look, scrolled))

  return {
    first: computed(() => span.value[0]),
    last: computed(() => span.value[1]),
    before: computed(() => span.value[0] * ROW_HEIGHT),
    after: computed(() => (count() - span.value[1]) * ROW_HEIGHT),
  }
}
