import { expect, it } from 'vitest'

import { field } from '../../../tests/examples'
import type { FormatContext } from '@/fields/contract'
import { valueText } from './filter-texts'

const context: FormatContext = { title: (_, name) => name, label: (text) => ({ Open: '未结', Ongoing: '进行中' })[text] ?? text }
const status = field('status', { fieldtype: 'Select', options: 'Open\nOngoing' })

it.each([
  ['=', 'Open', '未结'],
  ['in', 'Open,Ongoing', '未结, 进行中'],
  ['not in', 'Open, Other', '未结, Other'],
  ['like', 'Open', 'Open'],
] as const)('writes the value of "%s" %s', (operator, value, text) => {
  expect(valueText({ field: 'status', operator, value }, status, context)).toBe(text)
})
