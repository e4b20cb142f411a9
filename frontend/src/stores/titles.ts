// Titles of linked documents: asked for together, kept for the page's life, names until they are there.
import { reactive } from 'vue'

import type { Titles } from '@/api/desk'
import type { Link } from '@/api/session'

export interface TitleSource {
  /** What a link shows; one that is not known yet is asked for and drawn again. */
  title: (doctype: string, name: string) => string
  /** Waits for the titles of links that are shown next; those that cannot be had stay names. */
  titled: (links: readonly Link[]) => Promise<void>
  /** Takes over a title that another answer told. */
  learn: (doctype: string, name: string, title: string) => void
}

const PER_REQUEST = 500

/** `ask` fetches titles; `hasTitles` says whether links to a DocType show any. */
export function createTitles(ask: (wanted: Record<string, string[]>) => Promise<Titles>, hasTitles: (doctype: string) => boolean): TitleSource {
  const known = reactive(new Map<string, string>())
  const asked = new Set<string>()
  const waiting: Link[] = []
  const running = new Set<Promise<void>>()

  const key = (doctype: string, name: string): string => `${doctype}\n${name}`
  const learn = (doctype: string, name: string, title: string): void => void known.set(key(doctype, name), title)

  async function fetchSome(batch: readonly Link[]): Promise<void> {
    const wanted: Record<string, string[]> = {}
    for (const [doctype, name] of batch) (wanted[doctype] ??= []).push(name)
    try {
      const found = await ask(wanted)
      for (const [doctype, titles] of Object.entries(found)) for (const [name, title] of Object.entries(titles)) learn(doctype, name, title)
    } catch {
      // Names stand for the titles until the next drawing asks again.
      for (const [doctype, name] of batch) asked.delete(key(doctype, name))
    }
  }

  async function fetchWaiting(): Promise<void> {
    const batches: Promise<void>[] = []
    while (waiting.length > 0) batches.push(fetchSome(waiting.splice(0, PER_REQUEST)))
    await Promise.all(batches)
  }

  function want(doctype: string, name: string): void {
    if (name === '' || !hasTitles(doctype) || known.has(key(doctype, name)) || asked.has(key(doctype, name))) return
    asked.add(key(doctype, name))
    if (waiting.push([doctype, name]) > 1) return
    const run = Promise.resolve().then(fetchWaiting).finally(() => running.delete(run))
    running.add(run)
  }

  return {
    title(doctype, name) {
      want(doctype, name)
      return known.get(key(doctype, name)) ?? name
    },
    async titled(links) {
      for (const [doctype, name] of links) want(doctype, name)
      await Promise.all(running)
    },
    learn,
  }
}
