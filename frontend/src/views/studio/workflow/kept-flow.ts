// Work on a workflow is kept in this browser until it is applied or dropped.
import type { ShallowRef } from 'vue'

import { recall, remember } from '@/shared/storage'
import { useKept } from '@/shared/use-kept'

import type { Flow } from './flow'

export interface KeptFlow {
  flow: Flow
  /** The record as it was when the work began; null for a new workflow. */
  before: Flow | null
  /** The newest plan of the site when the work began; 0 for a new workflow, of which no plan may know. */
  as_of: number
}

export const flowKey = (user: string, name: string): string => `studio-workflow:${user}:${name}`

export function keptFlow(key: string): KeptFlow | null {
  try {
    return JSON.parse(recall(key) ?? 'null') as KeptFlow | null
  } catch {
    return null
  }
}

export function keepFlow(key: string, kept: KeptFlow): void {
  remember(key, JSON.stringify(kept))
}

/** Keeps the workflow as long as it `differs`; answers a function that forgets it. */
export function useKeptFlow(key: string, begun: Omit<KeptFlow, 'flow'>, flow: ShallowRef<Flow>, differs: () => boolean): () => void {
  return useKept(key, { changed: [flow], differs, text: () => JSON.stringify({ ...begun, flow: flow.value } satisfies KeptFlow) })
}
