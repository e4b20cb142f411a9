// Hands a prepared new document over to the form that opens next (duplicate, amend).
import type { Doc } from '@/api/resource'

const key = (doctype: string): string => `crm:draft:${doctype}`

export function handOver(doctype: string, draft: Doc): void {
  sessionStorage.setItem(key(doctype), JSON.stringify(draft))
}

export function takeOver(doctype: string): Doc | null {
  const text = sessionStorage.getItem(key(doctype))
  sessionStorage.removeItem(key(doctype))
  return text === null ? null : (JSON.parse(text) as Doc)
}
