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
