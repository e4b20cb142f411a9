import { expect, it } from 'vitest'

import type { DocTypeEntry } from '@/api/session'
import { createSession } from '@/stores/session'

import { doctypeCommands, recordCommands } from './commands'

const entry = (name: string, label: string, can_create: 0 | 1): DocTypeEntry => ({ name, label, module: 'CRM', issingle: 0, is_tree: 0, is_submittable: 0, can_create, has_titles: 0 })
const session = createSession({
  guest: false, user: 'a', full_name: 'A', language: 'zh-CN', site_name: 'S', time_zone: 'UTC', version: '1',
  doctypes: [entry('Customer', '客户', 1), entry('Customer Group', '客户组', 0), entry('Lead Source', '线索来源', 1)],
  messages: { CRM: '客户关系' },
})

it('finds DocTypes by their label and by their name', () => {
  expect(doctypeCommands(session, '客户', 8).map((command) => command.path)).toEqual(['/app/customer', '/app/customer/new-customer', '/app/customer-group'])
  expect(doctypeCommands(session, 'lead', 8)[0]).toMatchObject({ text: '线索来源', hint: '客户关系' })
  expect(doctypeCommands(session, 'nothing', 8)).toEqual([])
})

it('leads to records', () => {
  const [command] = recordCommands(entry('Customer', '客户', 1), [{ value: 'A/1', description: '上海' }])
  expect(command).toMatchObject({ path: '/app/customer/A%2F1', hint: '客户 · 上海' })
})
