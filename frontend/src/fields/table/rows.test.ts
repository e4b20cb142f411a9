import { describe, expect, it } from 'vitest'

import { addRow, duplicateRow, moveRow, removeRows, setCell } from './rows'

const rows = [{ name: 'a', qty: 1 }, { name: 'b', qty: 2 }, { name: 'c', qty: 3 }]
const names = (list: { name?: unknown }[]): unknown[] => list.map((row) => row.name)

describe('child rows', () => {
  it('are added at the end or at a place', () => {
    expect(names(addRow(rows, { name: 'x' }))).toEqual(['a', 'b', 'c', 'x'])
    expect(names(addRow(rows, { name: 'x' }, 1))).toEqual(['a', 'x', 'b', 'c'])
  })

  it('are duplicated below, without the name of the original', () => {
    expect(duplicateRow(rows, 0)[1]).toEqual({ qty: 1 })
    expect(duplicateRow(rows, 9)).toEqual(rows)
  })

  it('are removed together', () => expect(names(removeRows(rows, new Set([0, 2])))).toEqual(['b']))

  it('move, but not over the edge', () => {
    expect(names(moveRow(rows, 0, 2))).toEqual(['b', 'c', 'a'])
    expect(names(moveRow(rows, 2, 0))).toEqual(['c', 'a', 'b'])
    expect(moveRow(rows, 0, -1)).toEqual(rows)
  })

  it('change one cell and leave the given list alone', () => {
    expect(setCell(rows, 1, 'qty', 9)[1]).toEqual({ name: 'b', qty: 9 })
    expect(rows[1]).toEqual({ name: 'b', qty: 2 })
  })
})
