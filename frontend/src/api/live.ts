// Live events of the server as views hear them: which document changed, that definitions did, and that there is a notification.
import { inject, onBeforeUnmount } from 'vue'
import type { InjectionKey } from 'vue'

export interface DocumentEvent {
  kind: 'document'
  doctype: string
  name: string
  event: string
  modified: string
}

/** `reset`: events may have been missed, so that what is shown may be old. */
export type LiveEvent = DocumentEvent | { kind: 'definitions' } | { kind: 'notification' } | { kind: 'reset' }

export interface Live {
  /** Answers what ends the listening. */
  listen: (hear: (event: LiveEvent) => void) => () => void
}

export const LiveKey: InjectionKey<Live> = Symbol('live events')

/** Hears events for as long as the component lives; nothing where the application provides none. */
export function useLive(hear: (event: LiveEvent) => void): void {
  const live = inject(LiveKey, null)
  if (live !== null) onBeforeUnmount(live.listen(hear))
}
