// Work that is not stored yet is kept in this browser: a moment after each change, and when the page goes away.
import { onScopeDispose, watch } from 'vue'
import type { WatchSource } from 'vue'

import { forget, remember } from './storage'

const WAIT = 400
/** Characters that are kept at most: the browser gives all drafts together a few million. */
const LONGEST = 500_000

export interface Keeping {
  /** What to watch. */
  changed: WatchSource[]
  /** Whether anything is not stored yet. */
  differs: () => boolean
  text: () => string
}

/** Keeps `text` under `key` as long as something differs. Answers a function that forgets it. */
export function useKept(key: string, { changed, differs, text }: Keeping): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined

  function rest(): void {
    clearTimeout(waiting)
    waiting = undefined
  }

  function keep(): void {
    rest()
    if (!differs()) {
      forget(key)
      return
    }
    const kept = text()
    if (kept.length <= LONGEST) remember(key, kept)
  }

  watch(changed, () => {
    rest()
    if (differs()) waiting = setTimeout(keep, WAIT)
    else forget(key)
  })
  window.addEventListener('pagehide', keep)
  onScopeDispose(() => {
    window.removeEventListener('pagehide', keep)
    if (waiting !== undefined) keep()
  })
  return () => {
    rest()
    forget(key)
  }
}
