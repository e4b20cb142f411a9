import { beforeEach, expect, it, vi } from 'vitest'
import { createApp, nextTick } from 'vue'

import { LiveKey } from '@/api/live'
import type { LiveEvent } from '@/api/live'
import { fetchValues } from '@/api/resource'
import { SessionKey } from '@/api/session'

import { field, metaOf, session } from '../../../tests/examples'
import { useChanges } from './use-changes'
import { useDocument } from './use-document'

vi.mock('@/api/resource', async (original) => ({ ...(await original<typeof import('@/api/resource')>()), fetchValues: vi.fn() }))

function opened() {
  const model = useDocument(metaOf([field('title')]))
  model.adopt({ name: 'O-1', modified: '2026-11-22 01:00:00.000002' })
  let hear: (event: LiveEvent) => void = () => undefined
  let told: { value: string | null } = { value: null }
  const app = createApp({
    setup() {
      told = useChanges('Order', model)
      return () => null
    },
  })
  app.provide(SessionKey, session).provide(LiveKey, { listen: (listener) => ((hear = listener), () => undefined) })
  app.mount(document.createElement('div'))
  const changed = (name: string, modified: string, event = 'update'): void => hear({ kind: 'document', doctype: 'Order', name, event, modified })
  return { model, changed, told: () => told.value }
}

beforeEach(() => vi.mocked(fetchValues).mockResolvedValue({ modified_by: '王芳' }))

it('tells who changed the document', async () => {
  const { changed, told } = opened()
  changed('O-1', '2026-11-22 01:00:00.000003')
  await vi.waitFor(() => expect(told()).toBe('王芳 changed this document meanwhile.'))
})

it('is silent about the version shown here, and about other documents', async () => {
  const { changed, told } = opened()
  changed('O-1', '2026-11-22 01:00:00.000002')
  changed('O-2', '2027-01-01 00:00:00.000000')
  await nextTick()
  expect(told()).toBeNull()
})

it('tells the end of the document', () => {
  const { changed, told } = opened()
  changed('O-1', '', 'delete')
  expect(told()).toBe('This document was deleted meanwhile.')
})
