// Which records of a list are selected, by name, shown or not; a click with Shift selects everything up to the last one.
import { computed, ref } from 'vue'
import type { ComputedRef } from 'vue'

export interface Selection {
  names: ComputedRef<string[]>
  has: (name: string) => boolean
  /** `extend`: all rows between this one and the one that was touched before. */
  toggle: (position: number, extend?: boolean) => void
  toggleAll: () => void
  all: ComputedRef<boolean>
  clear: () => void
}

/** `shown` are the names of the rows in the list, in their order. */
export function useSelection(shown: () => readonly string[]): Selection {
  const chosen = ref(new Set<string>())
  let last = -1
  const names = computed(() => [...chosen.value])
  const all = computed(() => shown().length > 0 && shown().every((name) => chosen.value.has(name)))

  function toggle(position: number, extend = false): void {
    const name = shown()[position]
    if (name === undefined) return
    const changed = new Set(chosen.value)
    const select = !changed.has(name)
    const from = extend && last >= 0 ? Math.min(last, position) : position
    const to = extend && last >= 0 ? Math.max(last, position) : position
    for (const touched of shown().slice(from, to + 1)) {
      if (select) changed.add(touched)
      else changed.delete(touched)
    }
    chosen.value = changed
    last = position
  }

  return {
    names,
    all,
    has: (name) => chosen.value.has(name),
    toggle,
    toggleAll: () => void (chosen.value = new Set(all.value ? [] : [...chosen.value, ...shown()])),
    clear: () => void (chosen.value = new Set()),
  }
}
