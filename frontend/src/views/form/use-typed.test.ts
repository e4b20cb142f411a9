import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, reactive } from 'vue'

import { useTyped } from './use-typed'

describe('useTyped', () => {
  beforeEach(() => void vi.useFakeTimers())

  it('waits for a pause, and tells the named fields only', async () => {
    const doc = reactive<Record<string, string>>({ title: '', note: '' })
    const look = vi.fn().mockResolvedValue(undefined)
    const scope = effectScope()
    scope.run(() => useTyped(() => doc, look)(['title']))
    for (const text of ['星', '星云']) {
      doc['title'] = text
      await nextTick()
      vi.advanceTimersByTime(100)
    }
    expect(look).not.toHaveBeenCalled()
    vi.advanceTimersByTime(500)
    expect(look).toHaveBeenCalledExactlyOnceWith({ title: '星云' })
    doc['note'] = 'x'
    doc['title'] = ''
    await nextTick()
    vi.advanceTimersByTime(1000)
    expect(look).toHaveBeenCalledOnce()
    scope.stop()
  })
  it('looks at what was typed before the fields were known', () => {
    const look = vi.fn().mockResolvedValue(undefined)
    const scope = effectScope()
    scope.run(() => useTyped(() => ({ title: '双子科技' }), look)(['title']))
    vi.advanceTimersByTime(600)
    expect(look).toHaveBeenCalledExactlyOnceWith({ title: '双子科技' })
    scope.stop()
  })
})
