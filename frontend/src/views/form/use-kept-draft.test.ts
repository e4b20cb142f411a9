import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick } from 'vue'

import { field, metaOf } from '../../../tests/examples'
import { useDocument } from './use-document'
import { draftKey, keptDraft, useKeptDraft } from './use-kept-draft'

const meta = metaOf([field('title'), field('secret', { fieldtype: 'Password' })])
const key = draftKey('anna', 'Order', 'O-1')

describe('a kept draft', () => {
  beforeEach(() => {
    localStorage.clear()
    vi.useFakeTimers()
  })
  afterEach(() => vi.useRealTimers())

  it('holds what was changed and on which version, no secrets, until it is saved', async () => {
    const scope = effectScope()
    const model = useDocument(meta)
    model.adopt({ name: 'O-1', modified: 'then', title: '旧' })
    const drop = scope.run(() => useKeptDraft(meta, model, key))!
    model.set('title', '新')
    model.set('secret', 'geheim')
    await nextTick()
    vi.runAllTimers()
    expect(keptDraft(key)).toMatchObject({ changes: { title: '新' }, modified: 'then' })
    expect(localStorage.getItem(`crm:${key}`)).not.toContain('geheim')
    model.adopt({ name: 'O-1', modified: 'now', title: '新' })
    await nextTick()
    expect(keptDraft(key)).toBeNull()
    drop()
    scope.stop()
  })

  it('is nothing when the browser holds something else', () => {
    localStorage.setItem(`crm:${key}`, '{broken')
    expect(keptDraft(key)).toBeNull()
    localStorage.setItem(`crm:${key}`, '{}')
    expect(keptDraft(key)).toBeNull()
  })
})
