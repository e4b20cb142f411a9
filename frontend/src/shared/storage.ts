// Small settings kept in the browser; a browser that refuses storage only forgets them.

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`crm:${key}`)
  } catch {
    return null
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`crm:${key}`, value)
  } catch {
    // Private windows may refuse: the setting then lasts for this page only.
  }
}

export function recallList(key: string): string[] {
  const stored = recall(key)
  if (stored === null) return []
  try {
    const value: unknown = JSON.parse(stored)
    return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
  } catch {
    return []
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(`crm:${key}`)
  } catch {
    // What could not be stored need not be removed.
  }
}

/** Removes everything whose key begins with `start`. */
export function forgetAll(start: string): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(`crm:${start}`)) localStorage.removeItem(key)
  } catch {
    // As above.
  }
}
