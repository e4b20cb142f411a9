// Keyboard shortcuts of a view: single keys rest while somebody types, combinations with Ctrl or Cmd always work.
import { onBeforeUnmount, onMounted } from 'vue'

export type Shortcuts = Record<string, (event: KeyboardEvent) => void>

const TYPING = 'input:not([type="checkbox"]), textarea, select, [contenteditable=""], [contenteditable="true"]'

/** What a press of Enter is meant for while it has the focus. */
const PRESSED = 'button, a[href], summary, [role="button"], [role="menuitem"], [role="tab"], [role="option"]'

/** The name of a key press, such as `j`, `ctrl+s` or `?`. */
function keyName(event: KeyboardEvent): string {
  const control = event.ctrlKey || event.metaKey ? 'ctrl+' : ''
  return control + (event.key.length === 1 ? event.key.toLowerCase() : event.key)
}

function isBusyElsewhere(event: KeyboardEvent): boolean {
  const target = event.target
  const typing = target instanceof Element && target.closest(TYPING) !== null
  const pressing = event.key === 'Enter' && target instanceof Element && target.closest(PRESSED) !== null
  return typing || pressing || document.querySelector('dialog[open], .el-overlay:not([style*="display: none"]) [role="dialog"]') !== null
}

export function useShortcuts(shortcuts: Shortcuts): void {
  const listen = (event: KeyboardEvent): void => {
    const name = keyName(event)
    const action = shortcuts[name]
    if (action === undefined || event.altKey || event.defaultPrevented) return
    if (!name.startsWith('ctrl+') && isBusyElsewhere(event)) return
    event.preventDefault()
    action(event)
  }
  onMounted(() => document.addEventListener('keydown', listen))
  onBeforeUnmount(() => document.removeEventListener('keydown', listen))
}
