// Two texts compared line by line.
export interface DiffLine {
  sign: '+' | '-'
  /** Counted from 1, in the text that has the line. */
  number: number
  text: string
}

/** Pairs of lines that are looked at; above it everything between the equal ends counts as changed. */
const MOST_PAIRS = 1_000_000

/** The lines that went and came, in the order of the texts. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  let start = 0
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++
  let end = 0
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end++
  return between(old.slice(start, old.length - end), now.slice(start, now.length - end), start + 1)
}

function between(old: readonly string[], now: readonly string[], first: number): DiffLine[] {
  const kept = old.length * now.length > MOST_PAIRS ? [] : longestCommon(old, now)
  const lines: DiffLine[] = []
  let [at, to] = [0, 0]
  for (const [keptOld, keptNow] of [...kept, [old.length, now.length] as const]) {
    while (at < keptOld) lines.push({ sign: '-', number: first + at, text: old[at++]! })
    while (to < keptNow) lines.push({ sign: '+', number: first + to, text: now[to++]! })
    at++
    to++
  }
  return lines
}

/** Positions of the lines that both have, as many as there can be in order. */
function longestCommon(old: readonly string[], now: readonly string[]): (readonly [number, number])[] {
  const table = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1))
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--) table[i]![j] = old[i] === now[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!)
  const found: [number, number][] = []
  let [i, j] = [0, 0]
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) found.push([i++, j++])
    else if (table[i + 1]![j]! >= table[i]![j + 1]!) i++
    else j++
  }
  return found
}
