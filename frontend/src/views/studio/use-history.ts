// Undo and redo of a value that is replaced as a whole.
import { computed, shallowRef } from 'vue'
import type { ComputedRef, ShallowRef } from 'vue'

export interface History<State> {
  state: ShallowRef<State>
  /** Changes of the same `edit` that follow each other are one step: typing on in one property. */
  change: (next: State, edit?: string) => void
  /** Begins anew: no step leads back behind it. */
  start: (next: State) => void
  undo: () => void
  redo: () => void
  canUndo: ComputedRef<boolean>
  canRedo: ComputedRef<boolean>
}

export function useHistory<State>(first: State): History<State> {
  const state = shallowRef(first) as ShallowRef<State>
  const past = shallowRef<State[]>([])
  const future = shallowRef<State[]>([])
  let lastEdit = ''

  function change(next: State, edit = ''): void {
    if (edit === '' || edit !== lastEdit) past.value = [...past.value, state.value]
    lastEdit = edit
    future.value = []
    state.value = next
  }

  function step(from: ShallowRef<State[]>, to: ShallowRef<State[]>): void {
    const there = from.value.at(-1)
    if (there === undefined) return
    to.value = [...to.value, state.value]
    from.value = from.value.slice(0, -1)
    state.value = there
    lastEdit = ''
  }

  function start(next: State): void {
    past.value = []
    future.value = []
    lastEdit = ''
    state.value = next
  }

  return {
    state,
    change,
    start,
    undo: () => step(past, future),
    redo: () => step(future, past),
    canUndo: computed(() => past.value.length > 0),
    canRedo: computed(() => future.value.length > 0),
  }
}
