// Work on a definition is kept in this browser until it is applied or dropped.
import type { ShallowRef } from 'vue'

import type { Studied } from '@/api/studio'
import { recall, remember } from '@/shared/storage'
import { useKept } from '@/shared/use-kept'

import type { Shape } from './definitions'

export interface Work {
  /** The definition as it was when the work began: what is written is the difference to it. */
  studied: Studied
  shape: Shape
}

export const workKey = (user: string, doctype: string): string => `studio:${user}:${doctype}`

export function keptWork(key: string): Work | null {
  try {
    return JSON.parse(recall(key) ?? 'null') as Work | null
  } catch {
    return null
  }
}

export function keepWork(key: string, work: Work): void {
  remember(key, JSON.stringify(work))
}

/** Keeps the shape as long as it `differs`; answers a function that forgets it. */
export function useKeptWork(key: string, studied: Studied, shape: ShallowRef<Shape>, differs: () => boolean): () => void {
  return useKept(key, { changed: [shape], differs, text: () => JSON.stringify({ studied, shape: shape.value } satisfies Work) })
}
