// Documents that somebody chose lately, offered first.
import type { Suggestion } from '@/api/desk'
import { recallList, remember } from '@/shared/storage'

const KEPT = 5

const key = (user: string, doctype: string): string => `links:${user}:${doctype}`

export function recentNames(user: string, doctype: string): string[] {
  return recallList(key(user, doctype))
}

export function rememberChoice(user: string, doctype: string, name: string): void {
  const others = recentNames(user, doctype).filter((other) => other !== name)
  remember(key(user, doctype), JSON.stringify([name, ...others].slice(0, KEPT)))
}

/** The filters of a link field with the question for these names. */
export function onlyNames(filters: unknown, names: readonly string[]): unknown {
  if (Array.isArray(filters)) return [...(filters as unknown[]), ['name', 'in', names]]
  return { ...(filters as Record<string, unknown> | undefined), name: ['in', names] }
}

/** Recent choices in their order, then the others. */
export function recentFirst(recent: readonly string[], chosen: readonly Suggestion[], found: readonly Suggestion[]): Suggestion[] {
  const first = recent.flatMap((name) => chosen.find((entry) => entry.value === name) ?? [])
  const names = new Set(first.map((entry) => entry.value))
  return [...first, ...found.filter((entry) => !names.has(entry.value))]
}
