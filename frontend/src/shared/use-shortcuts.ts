// Keyboard shortcuts of a view: single keys rest while somebody types, combinations with Ctrl or Cmd always work.
import { onBeforeUnmount, onMounted } from 'vue'

export type Shortcuts = Record<string, (event: KeyboardEvent) => void>

const TYPING = 'input:not([type="checkbox"]), textarea, select, [contenteditable=""], [contenteditable="true"]'

/** The name of a key press, such as `j`, `ctrl+s` or `?`. */
export function keyName(event: KeyboardEvent): string {
  const control = event.ctrlKey || event.metaKey ? 'ctrl+' : ''
  return control + (event.key.length === 1 ? event.key.toLowerCase() : event.key)
}

function isBusyElsewhere(event: KeyboardEvent): boolean {
  const target = event.target
  const typing = target instanceof Element && target.closest(TYPING) !== null
  return typing || document.querySelector('dialog[open], .el-overlay:not([style*="display: none"]) [role="dialog"]') !== null
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
