// Where the line of a transition runs: from border to border past its name, beside others between the same two states.
import type { Spot } from './flow'

export interface Box extends Spot {
  width: number
  height: number
}

export interface Line {
  path: string
  label: Spot
  end: Spot
}

const SPREAD = 56

const centre = (box: Box): Spot => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 })

/** Which part of a distance reaches as far as `half`. */
const share = (half: number, distance: number): number => (distance === 0 ? Infinity : half / Math.abs(distance))

/** Where the straight line from a box's centre to a point leaves the box. */
export function border(box: Box, towards: Spot): Spot {
  const from = centre(box)
  const [dx, dy] = [towards.x - from.x, towards.y - from.y]
  if (dx === 0 && dy === 0) return from
  const scale = Math.min(share(box.width / 2, dx), share(box.height / 2, dy), 1)
  return { x: from.x + dx * scale, y: from.y + dy * scale }
}

/** How far each of several lines between two states stands off the straight one. */
export function offsets(count: number): number[] {
  return Array.from({ length: count }, (_, position) => (position - (count - 1) / 2) * SPREAD)
}

/** A line from one box to another, past `at` or standing off by `offset`; a loop above the box when both are the same. */
export function line(from: Box, to: Box, offset: number, at?: Spot): Line {
  const [start, end] = [centre(from), centre(to)]
  const length = Math.hypot(end.x - start.x, end.y - start.y)
  if (length === 0) return loop(from, offset)
  const normal = { x: -(end.y - start.y) / length, y: (end.x - start.x) / length }
  const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 }
  const label = at ?? { x: middle.x + normal.x * offset, y: middle.y + normal.y * offset }
  const [leaving, arriving] = [border(from, label), border(to, label)]
  return { path: `M ${leaving.x} ${leaving.y} L ${label.x} ${label.y} L ${arriving.x} ${arriving.y}`, label, end: arriving }
}

function loop(box: Box, offset: number): Line {
  const [left, right, top] = [box.x + box.width * 0.3, box.x + box.width * 0.7, box.y]
  const height = 60 + Math.abs(offset)
  return {
    path: `M ${left} ${top} C ${left} ${top - height} ${right} ${top - height} ${right} ${top}`,
    label: { x: box.x + box.width / 2, y: top - height * 0.75 },
    end: { x: right, y: top },
  }
}
