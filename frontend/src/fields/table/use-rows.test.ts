import { expect, it } from 'vitest'
import { shallowRef } from 'vue'

import { asText } from '@/api/resource'
import type { Doc, Row } from '@/api/resource'

import { doctype, field } from '../../../tests/examples'
import type { FormContext } from '../contract'
import { duplicateRow, moveRow, removeRows } from './rows'
import { useRows } from './use-rows'

const product = field('product', { fieldtype: 'Link', options: 'Product' })
const child = doctype([product, field('rate'), field('qty')])

/** A table in a form whose server answers when it is told to: the n-th choice with this. */
function opened(...products: (string | null)[]) {
  const doc = shallowRef<Doc>({ items: products.map((name) => ({ product: name, rate: null })) })
  const answers: ((fetched: Row) => void)[] = []
  const fetched = (): Promise<Row> => new Promise((answer) => answers.push(answer))
  const form = { document: () => doc.value, fetched } as Partial<FormContext> as FormContext
  const update = (rows: Row[]): void => void (doc.value = { ...doc.value, items: rows })
  const table = useRows(form, 'items', () => child, update)
  const choose = (row: number, name: string | null): Promise<void> => table.change(row, product, name)
  const shown = (): string[] => table.rows.value.map((row) => `${asText(row['product'])} ${asText(row['rate'])}`)
  return { ...table, update, choose, shown, answer: (choice: number, rate: number) => answers[choice]!({ rate }) }
}

it('keeps what two answers of one moment bring to two rows', async () => {
  const { choose, answer, shown } = opened(null, null)
  const both = [choose(0, 'P-1'), choose(1, 'P-2')]
  answer(1, 20)
  answer(0, 10)
  await Promise.all(both)
  expect(shown()).toEqual(['P-1 10', 'P-2 20'])
})

it('brings an answer to its row, wherever that was moved meanwhile', async () => {
  const { rows, update, choose, answer, shown } = opened('A', null, 'C')
  const chosen = choose(1, 'P-1')
  update(moveRow(rows.value, 1, 0))
  answer(0, 10)
  await chosen
  expect(shown()).toEqual(['P-1 10', 'A ', 'C '])
})

it('drops the answer for a row that was deleted meanwhile', async () => {
  const { rows, update, choose, answer, shown } = opened('A', null, 'P-1')
  const chosen = choose(1, 'P-1')
  update(removeRows(rows.value, new Set([1])))
  answer(0, 10)
  await chosen
  expect(shown()).toEqual(['A ', 'P-1 '])
})

it('brings nothing to the copy of a row, which is another row', async () => {
  const { rows, update, choose, answer, shown } = opened(null)
  const chosen = choose(0, 'P-1')
  update(duplicateRow(rows.value, 0))
  answer(0, 10)
  await chosen
  expect(shown()).toEqual(['P-1 10', 'P-1 '])
})

it('takes the answer to the last choice, in whichever order answers come', async () => {
  const { choose, answer, shown } = opened(null)
  const both = [choose(0, 'P-1'), choose(0, 'P-2')]
  answer(1, 20)
  answer(0, 10)
  await Promise.all(both)
  expect(shown()).toEqual(['P-2 20'])
  const emptied = [choose(0, 'P-3'), choose(0, null)]
  answer(3, 0)
  answer(2, 30)
  await Promise.all(emptied)
  expect(shown()).toEqual([' 0'])
})

it('keeps other cells that were changed meanwhile, and what was typed in place of the fetched value', async () => {
  const { rows, change, choose, answer } = opened(null)
  const chosen = choose(0, 'P-1')
  await change(0, field('qty'), 3)
  await change(0, field('rate'), 80)
  answer(0, 95)
  await chosen
  expect(rows.value[0]).toMatchObject({ product: 'P-1', qty: 3, rate: 80 })
})

it('sends and keeps nothing of what tells rows apart', async () => {
  const { rows, choose, answer } = opened(null)
  const chosen = choose(0, 'P-1')
  answer(0, 10)
  await chosen
  expect(JSON.parse(JSON.stringify(rows.value))).toEqual([{ product: 'P-1', rate: 10 }])
  expect(Object.keys(rows.value[0]!)).toEqual(['product', 'rate'])
})
