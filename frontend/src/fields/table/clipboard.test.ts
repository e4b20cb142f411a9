import { describe, expect, it } from 'vitest'

import { field } from '../../../tests/examples'
import { kindOf } from '../registry'
import { cellFault, paste, parseCells } from './clipboard'

const context = { label: (text: string) => ({ Won: '赢单' })[text] ?? text, title: (_doctype: string, name: string) => name }

describe('cells of a spreadsheet', () => {
  it.each([
    ['a\tb\nc\td\n', [['a', 'b'], ['c', 'd']]],
    ['a\tb\r\nc\t\r\n', [['a', 'b'], ['c', '']]],
    ['"two\nlines"\t"says ""hi"""', [['two\nlines', 'says "hi"']]],
    ['5" pipe\t2', [['5" pipe', '2']]],
    ['a\n\nb', [['a'], [''], ['b']]],
    ['one', [['one']]],
    ['\tb', [['', 'b']]],
    ['', []],
  ])('%j', (text, cells) => expect(parseCells(text)).toEqual(cells))
})

describe('paste', () => {
  const columns = [
    field('item'),
    field('qty', { fieldtype: 'Float' }),
    field('day', { fieldtype: 'Date' }),
    field('stage', { fieldtype: 'Select', options: 'Open\nWon' }),
    field('done', { fieldtype: 'Check' }),
    field('amount', { fieldtype: 'Currency', read_only: 1 }),
  ]
  const lay = (text: string, row = 0, column = 0) =>
    paste([{ item: 'old', qty: 1 }], { cells: parseCells(text), at: { row, column }, columns, takes: (to) => !to.read_only, blank: () => ({ qty: 0 }) }, kindOf, context)

  it('reads every cell as its column means it', () => {
    const { rows, taken, left } = lay('电机\t1,200.5\t2026/3/9\t赢单\t是\t99')
    expect(rows).toEqual([{ item: '电机', qty: 1200.5, day: '2026-03-09', stage: 'Won', done: 1 }])
    expect([taken, left]).toEqual([5, 1])
  })

  it('adds the rows that are missing, from the chosen cell on', () => {
    expect(lay('3\n￥4', 0, 1).rows).toEqual([{ item: 'old', qty: 3 }, { qty: 4 }])
  })

  it('keeps a text that means nothing and says what is expected', () => {
    const { rows } = lay('x\tmany\tsoon\tLost')
    expect(rows[0]).toMatchObject({ qty: 'many', day: 'soon', stage: 'Lost' })
    const faults = columns.map((column) => cellFault(rows[0]![column.fieldname], column, kindOf, context))
    expect(faults).toEqual([undefined, 'Enter a number.', 'Write the day like 2026-11-22.', 'Choose one of the offered values.', undefined, undefined])
  })

  it('empties cells for empty cells', () => expect(lay('\t').rows).toEqual([{ item: null, qty: null }]))

  it('leaves what lies beyond the last column', () => expect(lay('1\t2\t3', 0, 4)).toMatchObject({ taken: 1, left: 2 }))
})
