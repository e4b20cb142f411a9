import { beforeEach, expect, test, vi } from 'vitest'
import { createApp, h, nextTick, ref } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'

import { getRights } from '@/api/desk'
import { asText, getDocument } from '@/api/resource'
import type { Doc } from '@/api/resource'
import type { DocTypeEntry } from '@/api/session'
import { SessionKey } from '@/api/session'
import { MetaSourceKey } from '@/metadata/source'

import { field, metaOf, session } from '../../../tests/examples'
import FormView from './FormView.vue'

vi.mock('@/api/desk', () => ({ getRights: vi.fn() }))
vi.mock('@/api/resource', async (original) => ({ ...(await original<object>()), getDocument: vi.fn() }))
vi.mock('./DocumentForm.vue', () => ({ default: { props: ['initial', 'opened'], template: '<p></p>', setup: (props: { initial: Doc; opened: string }) => () => h('p', `${props.opened} shows ${asText(props.initial['name'])}`) } }))

const entry: DocTypeEntry = { name: 'Order', label: 'Order', module: 'CRM', administers: 0, issingle: 0, is_tree: 0, is_submittable: 0, can_create: 1, has_titles: 0 }
const answers = new Map<string, { resolve: (doc: Doc) => void; reject: (failure: Error) => void }>()
const name = ref('A')

beforeEach(() => {
  name.value = 'A'
  vi.mocked(getRights).mockResolvedValue({ permissions: {}, readable_levels: [0], writable_levels: [0] })
  vi.mocked(getDocument).mockImplementation((_doctype, asked) => new Promise((resolve, reject) => answers.set(asked, { resolve, reject })))
})

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await nextTick()
}

async function opened(): Promise<HTMLElement> {
  const host = document.createElement('div')
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)', component: { render: () => null } }] })
  const app = createApp({ render: () => h(FormView, { entry, name: name.value }) })
  app.provide(SessionKey, session).provide(MetaSourceKey, { load: () => Promise.resolve(metaOf([field('a')])), forget: () => undefined })
  app.use(router).mount(host)
  await turns()
  return host
}

test('a document that comes late is not shown under the address of another', async () => {
  const host = await opened()
  name.value = 'B'
  await turns()
  answers.get('B')!.resolve({ name: 'B' })
  await turns()
  expect(host.textContent).toBe('B shows B')
  answers.get('A')!.resolve({ name: 'A' })
  await turns()
  expect(host.textContent).toBe('B shows B')
})

test('nor is the refusal of one that somebody has left', async () => {
  const host = await opened()
  name.value = 'B'
  await turns()
  answers.get('A')!.reject(new Error('A is gone'))
  await turns()
  expect(host.textContent).not.toContain('cannot be shown')
  answers.get('B')!.reject(new Error('B is gone'))
  await turns()
  expect(host.textContent).toContain('cannot be shown')
})
