import { describe, expect, it } from 'vitest'

import { arranged } from './arrange'
import { addState, addTransition, newFlow } from './edits'
import { border, line, offsets } from './geometry'

const BOX = { x: 0, y: 0, width: 100, height: 40 }

describe('lines between states', () => {
  it('leave and reach the boxes at their borders', () => {
    expect(border(BOX, { x: 250, y: 20 })).toEqual({ x: 100, y: 20 })
    expect(border(BOX, { x: 50, y: -80 })).toEqual({ x: 50, y: 0 })
    expect(line(BOX, { ...BOX, x: 300 }, 0).end).toEqual({ x: 300, y: 20 })
  })

  it('stand apart when there are several', () => {
    expect(offsets(1)).toEqual([0])
    expect(offsets(3)).toEqual([-56, 0, 56])
    const [there, back] = [line(BOX, { ...BOX, x: 300 }, 40), line({ ...BOX, x: 300 }, BOX, 40)]
    expect(Math.sign(there.label.y - 20)).toBe(-Math.sign(back.label.y - 20))
  })

  it('pass by where their names were laid', () => {
    expect(line(BOX, { ...BOX, y: 200 }, 0, { x: 90, y: 120 }).label).toEqual({ x: 90, y: 120 })
  })

  it('loop above a state that leads to itself', () => {
    expect(line(BOX, BOX, 0).label.y).toBeLessThan(0)
  })
})

describe('arranging', () => {
  it('sets states from top to bottom and leaves those that were put somewhere', () => {
    const [one, first] = addState(newFlow('Rental', 'Equipment'), 'Draft')
    const [two, second] = addState(one, 'Done')
    const [flow] = addTransition(two, first, second)
    const { spots, labels } = arranged(flow)
    expect(spots[second]!.y).toBeGreaterThan(spots[first]!.y + 62)
    expect(Object.keys(labels)).toEqual([flow.transitions[0]!.key])
    const moved = arranged({ ...flow, spots: { [first]: { x: 5, y: 6 } } })
    expect([moved.spots[first], moved.labels]).toEqual([{ x: 5, y: 6 }, {}])
  })
})
