import { expect, it } from 'vitest'
import { ref } from 'vue'

import { useSelection } from './use-selection'

const page = ['A', 'B', 'C', 'D']

it('selects and releases one row', () => {
  const selection = useSelection(() => page)
  selection.toggle(1)
  expect(selection.names.value).toEqual(['B'])
  selection.toggle(1)
  expect(selection.names.value).toEqual([])
})

it('selects everything between two rows with Shift, in either direction', () => {
  const selection = useSelection(() => page)
  selection.toggle(3)
  selection.toggle(1, true)
  expect([...selection.names.value].sort()).toEqual(['B', 'C', 'D'])
  selection.toggle(2)
  selection.toggle(3, true)
  expect(selection.names.value).toEqual(['B'])
})

it('selects the whole page and nothing', () => {
  const selection = useSelection(() => page)
  selection.toggleAll()
  expect([selection.all.value, selection.names.value.length]).toEqual([true, 4])
  selection.toggleAll()
  expect(selection.names.value).toEqual([])
})

it('keeps what is no longer shown until it is cleared', () => {
  const shown = ref(page)
  const selection = useSelection(() => shown.value)
  selection.toggle(0)
  shown.value = ['B']
  expect([selection.names.value, selection.all.value]).toEqual([['A'], false])
  selection.toggle(9)
  selection.toggleAll()
  expect(selection.names.value).toEqual(['A', 'B'])
  selection.clear()
  expect(selection.names.value).toEqual([])
})
