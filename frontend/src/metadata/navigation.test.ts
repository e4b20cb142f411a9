import { expect, it } from 'vitest'

import type { DocTypeEntry } from '@/api/session'
import { groupByModule, places } from './navigation'

const entry = (name: string, module: string): DocTypeEntry => ({ name, label: name, module, administers: module === 'Core', issingle: 0, is_tree: 0, is_submittable: 0, can_create: 1, has_titles: 0 })

it('groups by module, with administration last', () => {
  const groups = groupByModule([entry('User', 'Core'), entry('Opportunity', 'CRM'), entry('Customer', 'CRM'), entry('Claim', 'Warranty')])
  expect(groups.map((group) => [group.module, group.entries.map(({ name }) => name)])).toEqual([
    ['CRM', ['Customer', 'Opportunity']],
    ['Warranty', ['Claim']],
    ['Core', ['User']],
  ])
})

it('leads by the workspaces of the roles first, then to what stands in none', () => {
  const link = (link_to: string, type = 'DocType') => ({ label: link_to, type, link_to })
  const page = { name: 'Sales', title: '销售', shortcuts: [link('Lead')], cards: [{ label: '', links: [link('Lead'), link('Closed'), link('Pipeline', 'Report')] }] }
  const second = { name: 'Managers', title: '管理', shortcuts: [link('Lead'), link('Team')], cards: [] }
  const found = places([page, second], [entry('Lead', 'CRM'), entry('Customer', 'CRM'), entry('Team', 'CRM'), entry('User', 'Core')], (text) => text)
  expect(found.map(({ title, links, startsClosed }) => [title, links.map(({ path }) => path), startsClosed])).toEqual([
    ['销售', ['/app/lead', '/app/query-report/Pipeline'], false],
    ['管理', ['/app/team'], false],
    ['CRM', ['/app/customer'], true],
    ['Core', ['/app/user'], true],
  ])
})
