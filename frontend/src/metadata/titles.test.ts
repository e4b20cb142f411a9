import { describe, expect, it } from 'vitest'

import { field } from '../../tests/examples'
import { recordTitle } from './titles'

describe('what a record is called', () => {
  const row = { name: 'T-1', subject: '<p>回访：1 &lt; 2</p>', empty: '' }

  it.each([
    ['its name without a title field', null, 'T-1'],
    ['its name where the title is empty', field('empty'), 'T-1'],
    ['its title as it was typed', field('subject'), '<p>回访：1 &lt; 2</p>'],
    ['its title without mark-up', field('subject', { fieldtype: 'Text Editor' }), '回访：1 < 2'],
  ])('is %s', (_, title, expected) => expect(recordTitle(title, row)).toBe(expected))
})
