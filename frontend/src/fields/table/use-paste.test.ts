import { beforeEach, expect, it, vi } from 'vitest'
import { createApp } from 'vue'

import { searchLink } from '@/api/desk'
import type { Row } from '@/api/resource'
import { SessionKey } from '@/api/session'

import { field, session } from '../../../tests/examples'
import { KindLookupKey } from '../contract'
import { kindOf } from '../registry'
import { moveRow, setCell } from './rows'
import { usePaste } from './use-paste'
import type { PasteInto } from './use-paste'

vi.mock('@/api/desk', async (original) => ({ ...(await original<typeof import('@/api/desk')>()), searchLink: vi.fn() }))

const columns = [field('product', { fieldtype: 'Link', options: 'Product' }), field('note')]

/** Pastes a text into the first cell; `meanwhile` happens while the names are looked up. */
async function pasted(text: string, rows: Row[], meanwhile: (rows: Row[]) => Row[]): Promise<Row[]> {
  let held = rows
  vi.mocked(searchLink).mockImplementation((_doctype, label) => {
    held = meanwhile(held)
    return Promise.resolve([{ value: `P-${label}`, label, description: '' }])
  })
  let paste!: PasteInto
  const app = createApp({ setup: () => ((paste = usePaste()), () => null) })
  app.provide(SessionKey, session).provide(KindLookupKey, kindOf).mount(document.createElement('div'))
  await paste(text, { at: { row: 0, column: 0 }, columns, takes: () => true, blank: () => ({}) }, () => held, (changed) => (held = changed))
  return held
}

beforeEach(() => vi.resetAllMocks())

it('puts names for the pasted texts into the rows as they are by then', async () => {
  const rows = [{ product: null }, { product: '泵', note: 'untouched' }]
  const moved = await pasted('泵', rows, (held) => moveRow(held, 0, 1))
  expect(moved.map((row) => row['product'])).toEqual(['泵', 'P-泵'])
})

it('leaves what was typed while the names were looked up', async () => {
  const typed = await pasted('泵\n阀', [{}, {}], (held) => setCell(setCell(held, 0, 'product', '轴'), 1, 'note', '急'))
  expect(typed).toMatchObject([{ product: '轴' }, { product: 'P-阀', note: '急' }])
})
