// Keyboard of a child grid: arrows move, Enter and F2 edit, typing replaces, Tab edits the next cell, Escape ends, Alt with arrows reorders.
import { nextTick, ref, watch } from 'vue'
import type { Ref } from 'vue'

import { useAwaitedControl } from './use-awaited-control'

export interface Cell {
  row: number
  column: number
}

export interface GridSize {
  rows: () => number
  columns: () => number
}

export interface GridActions {
  move: (from: number, to: number) => void
  /** Makes sure that a row is drawn before it gets the focus. */
  reveal: (row: number) => void
  insert: (at: number) => void
  clear: (row: number, column: number) => void
  /** Whether a cell can be edited. */
  isOpen: (row: number, column: number) => boolean
}

export interface GridKeys {
  active: Ref<Cell>
  editing: Ref<boolean>
  edit: (cell: Cell) => void
  focus: (cell: Cell) => void
  onKey: (event: KeyboardEvent) => void
  onLeave: (event: FocusEvent) => void
}

const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
  Home: [0, -Infinity],
  End: [0, Infinity],
}

/** A key that types something; an input method calls its keys Process. */
const isText = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  (key === 'Process' || (key.length === 1 && key !== ' ')) && !ctrlKey && !metaKey && !altKey

export function useGridKeys(root: Ref<HTMLElement | undefined>, size: GridSize, { move, reveal, insert, clear, isOpen }: GridActions): GridKeys {
  const active = ref<Cell>({ row: 0, column: 0 })
  const editing = ref(false)
  const control = useAwaitedControl()
  watch(editing, (on) => on || control.stop())

  const within = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value))
  const cellElement = ({ row, column }: Cell): HTMLElement | null | undefined =>
    root.value?.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`)

  function focus(cell: Cell): void {
    editing.value = false
    active.value = { row: within(cell.row, size.rows()), column: within(cell.column, size.columns()) }
    reveal(active.value.row)
    void nextTick(() => cellElement(active.value)?.focus())
  }

  /** `typed`: the letter that begins the editing; with what follows it takes the place of the value. */
  function edit(cell: Cell, typed?: string): void {
    if (!isOpen(cell.row, cell.column)) {
      focus(cell)
      return
    }
    active.value = cell
    editing.value = true
    reveal(cell.row)
    void nextTick(() => {
      const element = cellElement(cell)
      if (element) control.focus(element, typed)
    })
  }

  /** The open cell before or after the active one in reading order; null beyond the grid, so that Tab leaves it. */
  function neighbour(step: 1 | -1): Cell | null {
    const end = size.rows() * size.columns()
    for (let position = active.value.row * size.columns() + active.value.column + step; position >= 0 && position < end; position += step) {
      const cell = { row: Math.floor(position / size.columns()), column: position % size.columns() }
      if (isOpen(cell.row, cell.column)) return cell
    }
    return null
  }

  function onKeyWhileEditing(event: KeyboardEvent): boolean {
    const { row, column } = active.value
    if (event.isComposing) return false
    // What a control that is still to come is told belongs to it.
    if ((isText(event) || event.key === ' ') && control.keep(event.key)) return true
    const next = event.key === 'Tab' ? neighbour(event.shiftKey ? -1 : 1) : null
    if (next !== null) {
      edit(next)
      return true
    }
    if (event.key === 'Escape' || (event.key === 'Enter' && !(event.target instanceof HTMLTextAreaElement))) {
      focus(event.key === 'Enter' ? { row: row + 1, column } : active.value)
      return true
    }
    return false
  }

  function onKeyWhileMoving(event: KeyboardEvent): boolean {
    const { row, column } = active.value
    const step = STEPS[event.key]
    if (step !== undefined && event.altKey && step[0] !== 0) {
      move(row, row + step[0])
      focus({ row: row + step[0], column })
    } else if (step !== undefined) focus({ row: row + step[0], column: column + step[1] })
    else if (event.key === 'Enter' && event.ctrlKey) insert(row + 1)
    else if (event.key === 'Enter' || event.key === 'F2') edit(active.value)
    else if (event.key === 'Delete' || event.key === 'Backspace') clear(row, column)
    else return false
    return true
  }

  function onKey(event: KeyboardEvent): void {
    if (!editing.value && isText(event)) {
      // The letter itself goes into the control, which has the focus before it is typed; that of an input method follows later.
      edit(active.value, event.key === 'Process' ? '' : event.key)
      event.stopPropagation()
      return
    }
    const handled = editing.value ? onKeyWhileEditing(event) : onKeyWhileMoving(event)
    if (handled) event.preventDefault()
    if (handled) event.stopPropagation()
  }

  /** Editing ends when the focus goes elsewhere; lists of choices hang outside the grid but belong to it. */
  function onLeave(event: FocusEvent): void {
    const target = event.relatedTarget
    const elsewhere = target instanceof Element && root.value?.contains(target) === false && target.closest('.el-popper') === null
    if (elsewhere) editing.value = false
  }

  return { active, editing, edit, focus, onKey, onLeave }
}
