import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref, watchEffect } from 'vue'

import type { Titles } from '@/api/desk'

import { createTitles } from './titles'

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await nextTick()
}

describe('createTitles', () => {
  const ask = vi.fn()
  beforeEach(() => ask.mockReset().mockResolvedValue({ Customer: { 'C-1': '上海公司', 'C-2': 'Acme' } }))

  it('asks once for all that is drawn together', async () => {
    const { title } = createTitles(ask, (doctype) => doctype === 'Customer')
    expect([title('Customer', 'C-1'), title('Customer', 'C-2'), title('Customer', 'C-1')]).toEqual(['C-1', 'C-2', 'C-1'])
    await settled()
    expect(ask).toHaveBeenCalledExactlyOnceWith({ Customer: ['C-1', 'C-2'] })
    expect([title('Customer', 'C-1'), title('Customer', 'C-2')]).toEqual(['上海公司', 'Acme'])
  })

  it('asks nothing for DocTypes whose links show the name', async () => {
    const { title } = createTitles(ask, () => false)
    expect(title('Tag', 'x')).toBe('x')
    expect(title('Customer', '')).toBe('')
    await settled()
    expect(ask).not.toHaveBeenCalled()
  })

  it('draws again when titles arrive', async () => {
    const { title } = createTitles(ask, () => true)
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
    const { title } = createTitles(ask, () => true)
    title('Customer', 'C-1')
    await settled()
    title('Customer', 'C-1')
    await settled()
    expect(ask).toHaveBeenCalledTimes(2)
    expect(title('Customer', 'C-1')).toBe('上海公司')
  })

  it('is waited for by what is drawn next, and holds nothing up when it fails', async () => {
    const { title, titled } = createTitles(ask, (doctype) => doctype === 'Customer')
    await titled([['Customer', 'C-1'], ['Tag', 'x'], ['Customer', '']])
    expect(ask).toHaveBeenCalledExactlyOnceWith({ Customer: ['C-1'] })
    expect(title('Customer', 'C-1')).toBe('上海公司')
    ask.mockRejectedValueOnce(new Error('offline'))
    await titled([['Customer', 'C-9']])
    expect(title('Customer', 'C-9')).toBe('C-9')
  })

  it('asks in parts, and all of them are waited for', async () => {
    const parts: string[][] = []
    const answer = ({ Customer = [] }: Record<string, string[]>): Promise<Titles> => {
      parts.push(Customer)
      return Promise.resolve({ Customer: Object.fromEntries(Customer.map((name) => [name, `t ${name}`])) })
    }
    const { title, titled } = createTitles(answer, () => true)
    await titled(Array.from({ length: 501 }, (_, n) => ['Customer', `C-${n}`] as const))
    expect(parts.map(({ length }) => length)).toEqual([500, 1])
    expect(title('Customer', 'C-500')).toBe('t C-500')
  })

  it('takes over what a search told', async () => {
    const { title, learn } = createTitles(ask, () => true)
    learn('Customer', 'C-7', '双子科技')
    expect(title('Customer', 'C-7')).toBe('双子科技')
    await settled()
    expect(ask).not.toHaveBeenCalled()
  })
})
