import { computed, effectScope, nextTick, shallowRef } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { getRights } from '@/api/desk'
import type { Doc } from '@/api/resource'
import { isLocked } from '@/metadata/conditions'
import type { Meta, Rights } from '@/metadata/doctype'

import type { DocumentModel } from './use-document'
import { useRights } from './use-rights'

vi.mock('@/api/desk', () => ({ getRights: vi.fn() }))

const asked = vi.mocked(getRights)
const rights = (write: 0 | 1, closed: Rights['closed'] = {}): Rights => ({ permissions: { read: 1, write }, readable_levels: [0], writable_levels: write ? [0, 1] : [0], closed })
const meta = { doctype: { name: 'Paper', fields: [] }, permissions: { read: 1, write: 1 }, readable_levels: [0], writable_levels: [0], expressions: {}, workflow: null } as unknown as Meta
const stored = shallowRef<Doc>({})
const model = { stored } as unknown as DocumentModel
let scope = effectScope()

beforeEach(() => {
  scope = effectScope()
  asked.mockReset()
  stored.value = { name: 'P-1', modified: '1' }
})
afterEach(() => scope.stop())

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextTick()
}

const opened = (found: Rights | null): Meta => scope.run(() => useRights(meta, found, model))!

test('a document that is closed to the person is locked, whatever its DocType says', () => {
  expect(isLocked(opened(rights(0)), stored.value, false)).toBe(true)
  expect(isLocked(opened(rights(1)), stored.value, false)).toBe(false)
  expect(isLocked(opened(rights(1, { write: 'Only the auditor edits it.' })), stored.value, false)).toBe(true)
})

test('after it was stored its rights are asked again and what depends on them follows', async () => {
  asked.mockResolvedValue(rights(0))
  const own = opened(rights(1))
  const locked = computed(() => isLocked(own, stored.value, false))
  expect([locked.value, own.writable_levels]).toEqual([false, [0, 1]])
  stored.value = { ...stored.value, modified: '2' }
  await turns()
  expect(asked).toHaveBeenCalledExactlyOnceWith('Paper', 'P-1')
  expect([locked.value, own.writable_levels]).toEqual([true, [0]])
})

test('without an answer the former rights stand', async () => {
  asked.mockRejectedValue(new Error('offline'))
  const own = opened(rights(1))
  stored.value = { ...stored.value, modified: '2' }
  await turns()
  expect(own.permissions.write).toBe(1)
})

test('of two answers that the second one follows, the first one coming late changes nothing', async () => {
  const answers: ((found: Rights) => void)[] = []
  asked.mockImplementation(() => new Promise((resolve) => answers.push(resolve)))
  const own = opened(rights(1))
  for (const modified of ['2', '3']) {
    stored.value = { ...stored.value, modified }
    await turns()
  }
  answers[1]!(rights(0))
  await turns()
  answers[0]!(rights(1))
  await turns()
  expect(own.permissions.write).toBe(0)
})

test('a new document has the rights of its DocType', async () => {
  expect(opened(null)).toBe(meta)
  stored.value = { ...stored.value, modified: '2' }
  await turns()
  expect(asked).not.toHaveBeenCalled()
})
