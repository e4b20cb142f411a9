// Where the line of a transition runs: from border to border, curved beside others between the same two states.
import type { Spot } from './flow'

export interface Box extends Spot {
  width: number
  height: number
}

export interface Line {
  path: string
  label: Spot
  end: Spot
  /** Direction in which the line arrives, in degrees. */
  angle: number
}

const SPREAD = 56

const centre = (box: Box): Spot => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 })

/** Where the straight line from a box's centre to a point leaves the box. */
export function border(box: Box, towards: Spot): Spot {
  const from = centre(box)
  const [dx, dy] = [towards.x - from.x, towards.y - from.y]
  if (dx === 0 && dy === 0) return from
  const scale = Math.min(box.width / 2 / (Math.abs(dx) || Infinity), box.height / 2 / (Math.abs(dy) || Infinity), 1)
  return { x: from.x + dx * scale, y: from.y + dy * scale }
}

/** How far each of several lines between two states stands off the straight one. */
export function offsets(count: number): number[] {
  return Array.from({ length: count }, (_, position) => (position - (count - 1) / 2) * SPREAD)
}

/** A line from one box to another, standing off by `offset`; a loop above the box when both are the same. */
export function line(from: Box, to: Box, offset: number): Line {
  const [start, end] = [centre(from), centre(to)]
  const length = Math.hypot(end.x - start.x, end.y - start.y)
  if (length === 0) return loop(from, offset)
  const normal = { x: -(end.y - start.y) / length, y: (end.x - start.x) / length }
  const bend = { x: (start.x + end.x) / 2 + normal.x * offset * 2, y: (start.y + end.y) / 2 + normal.y * offset * 2 }
  const [leaving, arriving] = [border(from, bend), border(to, bend)]
  const label = { x: leaving.x / 4 + bend.x / 2 + arriving.x / 4, y: leaving.y / 4 + bend.y / 2 + arriving.y / 4 }
  const angle = (Math.atan2(arriving.y - bend.y, arriving.x - bend.x) * 180) / Math.PI
  return { path: `M ${leaving.x} ${leaving.y} Q ${bend.x} ${bend.y} ${arriving.x} ${arriving.y}`, label, end: arriving, angle }
}

function loop(box: Box, offset: number): Line {
  const [left, right, top] = [box.x + box.width * 0.3, box.x + box.width * 0.7, box.y]
  const height = 60 + Math.abs(offset)
  return {
    path: `M ${left} ${top} C ${left} ${top - height} ${right} ${top - height} ${right} ${top}`,
    label: { x: box.x + box.width / 2, y: top - height * 0.75 },
    end: { x: right, y: top },
    angle: 90,
  }
}
