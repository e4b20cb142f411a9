// Lengths of time as people write them: `1d 2h 30m`.

const UNITS: readonly [string, number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
]

export function formatDuration(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds))
  const parts: string[] = []
  for (const [unit, size] of UNITS) {
    if (rest >= size) parts.push(`${Math.floor(rest / size)}${unit}`)
    rest %= size
  }
  return parts.join(' ') || '0s'
}

/** Seconds of a written length; a bare number means minutes; null when it is none. */
export function parseDuration(text: string): number | null {
  const plain = text.normalize('NFKC').trim().toLowerCase()
  if (/^\d+(\.\d+)?$/.test(plain)) return Math.round(Number(plain) * 60)
  if (!/^(\d+(\.\d+)?\s*[dhms]\s*)+$/.test(plain)) return null
  let seconds = 0
  for (const [, amount, unit] of plain.matchAll(/(\d+(?:\.\d+)?)\s*([dhms])/g)) {
    seconds += Number(amount) * (UNITS.find(([name]) => name === unit)?.[1] ?? 0)
  }
  return Math.round(seconds)
}
