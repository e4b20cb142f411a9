import { expect, it } from 'vitest'

import type { DocTypeEntry } from '@/api/session'
import { groupByModule } from './navigation'

const entry = (name: string, module: string): DocTypeEntry => ({ name, label: name, module, issingle: 0, is_tree: 0, is_submittable: 0, can_create: 1, has_titles: 0 })

it('groups by module, with administration last', () => {
  const groups = groupByModule([entry('User', 'Core'), entry('Opportunity', 'CRM'), entry('Customer', 'CRM'), entry('Claim', 'Warranty')])
  expect(groups.map((group) => [group.module, group.entries.map(({ name }) => name)])).toEqual([
    ['CRM', ['Customer', 'Opportunity']],
    ['Warranty', ['Claim']],
    ['Core', ['User']],
  ])
})
