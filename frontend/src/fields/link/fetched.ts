// What a chosen link brought along, held against what was done while it was under way.
import type { Row } from '@/api/resource'

/** The fetched values that still fit: none when the link leads elsewhere now, and none over what was typed meanwhile. */
export function stillFitting(fetched: Row, link: string, asked: Row, now: Row): Row {
  if (now[link] !== asked[link]) return {}
  return Object.fromEntries(Object.entries(fetched).filter(([fieldname]) => now[fieldname] === asked[fieldname]))
}
