// The control of a cell that is being edited: some kinds load theirs when it is first drawn. What is typed meanwhile waits for it.
import { onScopeDispose } from 'vue'

const CONTROL = 'input, textarea, [contenteditable="true"], button'

type TextControl = HTMLInputElement | HTMLTextAreaElement

const isTextControl = (control: HTMLElement): control is TextControl => control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement

export interface AwaitedControl {
  /**
   * Gives the control of a cell the focus once it is there; until then the cell has it.
   * `first`: the letter that is being typed; with what follows it takes the place of the value.
   */
  focus: (cell: HTMLElement, first?: string) => void
  /** Keeps a letter for a control that is still to come; false when none is awaited. */
  keep: (letter: string) => boolean
  /** Awaits nothing any more. */
  stop: () => void
}

function write(control: TextControl, text: string): void {
  const [start, end] = [control.selectionStart ?? 0, control.selectionEnd ?? control.value.length]
  control.setRangeText(text, start, end, 'end')
  control.dispatchEvent(new InputEvent('input', { bubbles: true, data: text, inputType: 'insertText' }))
}

export function useAwaitedControl(): AwaitedControl {
  let observer: MutationObserver | null = null
  let typed = ''

  function stop(): void {
    observer?.disconnect()
    observer = null
    typed = ''
  }

  function hand(control: HTMLElement, replacing: boolean): void {
    const text = typed
    stop()
    control.focus()
    if (!isTextControl(control)) return
    if (replacing) control.select()
    if (text !== '') write(control, text)
  }

  function focus(cell: HTMLElement, first?: string): void {
    stop()
    const replacing = first !== undefined
    const control = cell.querySelector<HTMLElement>(CONTROL)
    if (control !== null) {
      hand(control, replacing)
      return
    }
    cell.focus()
    typed = first ?? ''
    observer = new MutationObserver(() => {
      const found = cell.querySelector<HTMLElement>(CONTROL)
      if (found !== null) hand(found, replacing)
    })
    observer.observe(cell, { childList: true, subtree: true })
  }

  function keep(letter: string): boolean {
    if (observer !== null) typed += letter
    return observer !== null
  }

  onScopeDispose(stop)
  return { focus, keep, stop }
}
