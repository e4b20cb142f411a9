// The order of the list that somebody came from, so that forms lead on to the previous and the next document.

const key = (doctype: string): string => `crm:order:${doctype}`

export function rememberOrder(doctype: string, names: readonly string[]): void {
  try {
    sessionStorage.setItem(key(doctype), JSON.stringify(names))
  } catch {
    // Without storage there is no way on from a form but the list.
  }
}

export interface Neighbours {
  previous: string | undefined
  next: string | undefined
}

export function neighboursOf(doctype: string, name: string): Neighbours {
  try {
    const names = JSON.parse(sessionStorage.getItem(key(doctype)) ?? '[]') as unknown
    const at = Array.isArray(names) ? names.indexOf(name) : -1
    return at < 0 ? { previous: undefined, next: undefined } : { previous: (names as string[])[at - 1], next: (names as string[])[at + 1] }
  } catch {
    return { previous: undefined, next: undefined }
  }
}
