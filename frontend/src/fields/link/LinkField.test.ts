import { expect, it } from 'vitest'
import { createApp } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'

import { mayOpen, SessionKey } from '@/api/session'
import type { Session } from '@/api/session'

import { field, session } from '../../../tests/examples'
import { KindLookupKey } from '../contract'
import { kindOf } from '../registry'
import LinkField from './LinkField.vue'

const entry = (name: string) => ({ name, label: name, module: 'CRM', administers: 0, issingle: 0, is_tree: 0, is_submittable: 0, can_create: 0, has_titles: 0 }) as const
const OPEN = { Customer: entry('Customer'), User: { ...entry('User'), only: ['anna'] } }
const seller: Session = { ...session, title: (doctype, name) => (doctype === 'User' ? `${name} in full` : name), find: (doctype) => OPEN[doctype as keyof typeof OPEN] }

function drawn(options: string, modelValue: string, readOnly: boolean): HTMLElement {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)', component: { render: () => null } }] })
  const host = document.createElement('div')
  const app = createApp(LinkField, { id: 'a', field: field('a', { fieldtype: 'Link', options }), modelValue, row: {}, readOnly })
  app.provide(SessionKey, seller).provide(KindLookupKey, kindOf).use(router).mount(host)
  return host
}
const doors = (host: HTMLElement): (string | null)[] => [...host.querySelectorAll('a')].map((link) => link.getAttribute('href'))

it.each([
  ['Customer', 'C-1', '/app/customer/C-1'],
  ['User', 'anna', '/app/user/anna'],
])('a link to a %s that is open leads to it', (doctype, name, path) => {
  expect(doors(drawn(doctype, name, true))).toEqual([path])
  expect(doors(drawn(doctype, name, false))).toEqual([path])
})

it.each([
  ['User', 'bob', 'bob in full'],
  ['Machine', 'M-1', 'M-1'],
])('a link to a %s that is closed is its title, and no door', (doctype, name, text) => {
  const shown = drawn(doctype, name, true)
  expect([doors(shown), shown.textContent?.trim()]).toEqual([[], text])
  expect(doors(drawn(doctype, name, false))).toEqual([])
})

it('a link to nothing is a dash', () => expect(drawn('Customer', '', true).textContent?.trim()).toBe('–'))

it('where a right names no documents, all are open', () => {
  expect([mayOpen(seller, 'Customer', 'C-9'), mayOpen(seller, 'User', 'bob'), mayOpen(seller, 'Machine', 'M-1')]).toEqual([true, false, false])
})
