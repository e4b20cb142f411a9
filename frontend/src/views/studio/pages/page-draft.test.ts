import { expect, test } from 'vitest'

import { moveBlock, readPage, resized, writePage } from './page-draft'

const workspace = {
  shortcuts: [{ name: 'x1', parent: 'Sales', label: '线索', type: 'DocType', link_to: 'Lead' }],
  number_cards: [{ number_card_name: 'Open' }],
  charts: [{ chart_name: 'Won' }],
  quick_lists: [],
  links: [
    { type: 'Card Break', label: '客户' },
    { type: 'Link', label: 'Customers', link_type: 'DocType', link_to: 'Customer' },
  ],
  content: JSON.stringify([
    { type: 'chart', data: { chart_name: 'Won', col: 12 } },
    { type: 'header', data: { text: '<b>今天</b>', col: 12 } },
    { type: 'chart', data: { chart_name: 'Gone', col: 4 } },
    { type: 'shortcut', data: { shortcut_name: '线索', col: 4 } },
  ]),
}

test('the layout says the order, and what it does not name stands behind', () => {
  const blocks = readPage('Workspace', workspace)
  expect(blocks.map(({ kind, width }) => [kind, width])).toEqual([['chart', 12], ['header', 12], ['shortcut', 4], ['number_card', 3], ['card', 4]])
  expect(blocks[1]!.row).toEqual({ text: '今天' })
})

test('what is written is read back', () => {
  const blocks = readPage('Workspace', workspace)
  const again = readPage('Workspace', writePage('Workspace', moveBlock(blocks, 0, 4)))
  expect(again.map(({ kind }) => kind)).toEqual(['header', 'shortcut', 'number_card', 'card', 'chart'])
  const links = writePage('Workspace', blocks)['links']
  expect(links).toEqual([{ type: 'Card Break', label: '客户' }, { label: 'Customers', link_type: 'DocType', link_to: 'Customer', type: 'Link' }])
})

test('a dashboard has two widths', () => {
  const dashboard = { cards: [{ card: 'Open' }], charts: [{ chart: 'Won', width: 'Full' }, { chart: 'Lost', width: 'Half' }] }
  const blocks = readPage('Dashboard', dashboard)
  expect(blocks.map(({ width }) => width)).toEqual([3, 12, 6])
  expect(writePage('Dashboard', blocks)).toEqual(dashboard)
  expect([resized('Dashboard', 6, 1), resized('Dashboard', 12, -2), resized('Workspace', 12, 3), resized('Workspace', 3, -4)]).toEqual([12, 6, 12, 2])
})

test('a broken layout is none', () => {
  expect(readPage('Workspace', { ...workspace, content: '{' })).toHaveLength(4)
})
