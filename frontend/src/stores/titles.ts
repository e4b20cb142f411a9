// Titles of linked documents: asked for together, kept for the page's life, names until they are there.
import { reactive } from 'vue'

import type { Titles } from '@/api/desk'

export type TitleOf = (doctype: string, name: string) => string

const PER_REQUEST = 500

/** `ask` fetches titles; `hasTitles` says whether links to a DocType show any. */
export function createTitles(ask: (wanted: Record<string, string[]>) => Promise<Titles>, hasTitles: (doctype: string) => boolean): TitleOf {
  const known = reactive(new Map<string, string>())
  const asked = new Set<string>()
  const waiting: [string, string][] = []

  const key = (doctype: string, name: string): string => `${doctype}\n${name}`

  async function fetchWaiting(): Promise<void> {
    const batch = waiting.splice(0, PER_REQUEST)
    if (waiting.length > 0) queueMicrotask(() => void fetchWaiting())
    const wanted: Record<string, string[]> = {}
    for (const [doctype, name] of batch) (wanted[doctype] ??= []).push(name)
    try {
      const found = await ask(wanted)
      for (const [doctype, titles] of Object.entries(found))
        for (const [name, title] of Object.entries(titles)) known.set(key(doctype, name), title)
    } catch {
      // Names stand for the titles until the next drawing asks again.
      for (const [doctype, name] of batch) asked.delete(key(doctype, name))
    }
  }

  return (doctype, name) => {
    if (name === '' || !hasTitles(doctype)) return name
    const found = known.get(key(doctype, name))
    if (found === undefined && !asked.has(key(doctype, name))) {
      asked.add(key(doctype, name))
      if (waiting.push([doctype, name]) === 1) queueMicrotask(() => void fetchWaiting())
    }
    return found ?? name
  }
}
