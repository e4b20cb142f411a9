import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref, watchEffect } from 'vue'

import { createTitles } from './titles'

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await nextTick()
}

describe('createTitles', () => {
  const ask = vi.fn()
  beforeEach(() => ask.mockReset().mockResolvedValue({ Customer: { 'C-1': '上海公司', 'C-2': 'Acme' } }))

  it('asks once for all that is drawn together', async () => {
    const title = createTitles(ask, (doctype) => doctype === 'Customer')
    expect([title('Customer', 'C-1'), title('Customer', 'C-2'), title('Customer', 'C-1')]).toEqual(['C-1', 'C-2', 'C-1'])
    await settled()
    expect(ask).toHaveBeenCalledExactlyOnceWith({ Customer: ['C-1', 'C-2'] })
    expect([title('Customer', 'C-1'), title('Customer', 'C-2')]).toEqual(['上海公司', 'Acme'])
  })

  it('asks nothing for DocTypes whose links show the name', async () => {
    const title = createTitles(ask, () => false)
    expect(title('Tag', 'x')).toBe('x')
    expect(title('Customer', '')).toBe('')
    await settled()
    expect(ask).not.toHaveBeenCalled()
  })

  it('draws again when titles arrive', async () => {
    const title = createTitles(ask, () => true)
    const drawn = ref('')
    const scope = effectScope()
    scope.run(() => watchEffect(() => (drawn.value = title('Customer', 'C-1'))))
    expect(drawn.value).toBe('C-1')
    await settled()
    expect(drawn.value).toBe('上海公司')
    scope.stop()
  })

  it('asks again after a request that failed', async () => {
    ask.mockRejectedValueOnce(new Error('offline'))
    const title = createTitles(ask, () => true)
    title('Customer', 'C-1')
    await settled()
    title('Customer', 'C-1')
    await settled()
    expect(ask).toHaveBeenCalledTimes(2)
    expect(title('Customer', 'C-1')).toBe('上海公司')
  })
})
