// Keyboard of a child grid: arrows move, Enter and F2 edit, Tab edits the next cell, Escape ends, Alt with arrows reorders.
import { nextTick, ref } from 'vue'
import type { Ref } from 'vue'

export interface Cell {
  row: number
  column: number
}

export interface GridSize {
  rows: () => number
  columns: () => number
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
}

export function useGridKeys(root: Ref<HTMLElement | undefined>, size: GridSize, move: (from: number, to: number) => void): GridKeys {
  const active = ref<Cell>({ row: 0, column: 0 })
  const editing = ref(false)

  const within = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value))
  const cellElement = ({ row, column }: Cell): HTMLElement | null | undefined =>
    root.value?.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`)

  function focus(cell: Cell): void {
    editing.value = false
    active.value = { row: within(cell.row, size.rows()), column: within(cell.column, size.columns()) }
    void nextTick(() => cellElement(active.value)?.focus())
  }

  function edit(cell: Cell): void {
    active.value = cell
    editing.value = true
    void nextTick(() => {
      const element = cellElement(cell)
      const control = element?.querySelector<HTMLElement>('input, textarea, [contenteditable="true"], button')
      ;(control ?? element)?.focus()
    })
  }

  /** The cell before or after the active one in reading order; null beyond the grid, so that Tab leaves it. */
  function neighbour(step: 1 | -1): Cell | null {
    const position = active.value.row * size.columns() + active.value.column + step
    const inside = position >= 0 && position < size.rows() * size.columns()
    return inside ? { row: Math.floor(position / size.columns()), column: position % size.columns() } : null
  }

  function onKeyWhileEditing(event: KeyboardEvent): boolean {
    const { row, column } = active.value
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
    else if (event.key === 'Enter' || event.key === 'F2') edit(active.value)
    else return false
    return true
  }

  function onKey(event: KeyboardEvent): void {
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
