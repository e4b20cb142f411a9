import { expect, it } from 'vitest'

import type { DocTypeEntry } from '@/api/session'
import { createSession } from '@/stores/session'

import { actionCommands, createCommands, doctypeCommands, recordCommands, reportCommands } from './commands'

const entry = (name: string, label: string, can_create: 0 | 1): DocTypeEntry => ({ name, label, module: 'CRM', administers: 0, issingle: 0, is_tree: 0, is_submittable: 0, can_create, has_titles: 0 })
const session = createSession({
  guest: false, user: 'a', full_name: 'A', desk_theme: 'Automatic', language: 'zh-CN', site_name: 'S', time_zone: 'UTC', version: '1',
  doctypes: [entry('Customer', '客户', 1), entry('Customer Group', '客户组', 0), entry('Lead Source', '线索来源', 1)],
  messages: { CRM: '客户关系' },
})

it('finds DocTypes by their label and by their name', () => {
  expect(doctypeCommands(session, '客户', 8).map((command) => command.path)).toEqual(['/app/customer', '/app/customer/new-customer', '/app/customer-group'])
  expect(doctypeCommands(session, 'lead', 8)[0]).toMatchObject({ text: '线索来源', hint: '客户关系' })
  expect(doctypeCommands(session, 'nothing', 8)).toEqual([])
})

it('finds a new document by the sentence that it shows', () => {
  expect(doctypeCommands(session, 'new 客户', 8).map(({ path }) => path)).toEqual(['/app/customer/new-customer'])
  expect(doctypeCommands(session, 'new 客户组', 8)).toEqual([])
})

it('puts a list that is called so before new documents whose sentence only contains what is typed', () => {
  const boot = { ...session.boot, doctypes: [entry('Account', 'Account', 1), entry('Sales Line', 'Sales Line', 0)] }
  expect(doctypeCommands(createSession(boot), 'ne', 2).map(({ path }) => path)).toEqual(['/app/sales-line', '/app/account/new-account'])
})

it('offers new documents, those of the lists opened lately first', () => {
  expect(createCommands(session, '', ['Lead Source']).map(({ text }) => text)).toEqual(['线索来源', '客户'])
  expect(createCommands(session, '客', []).map(({ path }) => path)).toEqual(['/app/customer/new-customer'])
  expect(createCommands(session, '客户组', [])).toEqual([])
})

it('offers actions for what is typed, and reports by name', () => {
  const actions = [{ key: 'a', text: '退出登录', hint: '', path: '' }, { key: 'b', text: 'Dark colours', hint: '', path: '' }]
  expect(actionCommands(actions, ' dark ').map(({ key }) => key)).toEqual(['b'])
  expect(actionCommands(actions, '')).toEqual([])
  expect(reportCommands(['Sales/2026'], (text) => text)[0]).toMatchObject({ path: '/app/query-report/Sales%2F2026', text: 'Sales/2026' })
})

it('leads to the records found, those of one DocType together', () => {
  const hit = (doctype: string, name: string) => ({ doctype, name, title: '上海钢铁', title_html: '<mark>上海</mark>钢铁', excerpts: [] })
  const commands = recordCommands(session, [hit('Customer', 'A/1'), hit('Lead Source', 'L'), hit('Customer', 'B')])
  expect(commands.map(({ group, path }) => [group, path])).toEqual([
    ['客户', '/app/customer/A%2F1'],
    ['客户', '/app/customer/B'],
    ['线索来源', '/app/lead-source/L'],
  ])
  expect(commands[0]).toMatchObject({ text: '上海钢铁', hint: 'A/1', html: '<mark>上海</mark>钢铁' })
})
