import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApp, h } from 'vue'

import { useShortcuts } from './use-shortcuts'

const open = vi.fn()
const page = '<button></button><a href="/x"></a><input><table><tbody><tr tabindex="0"></tr></tbody></table>'
const app = createApp({
  setup() {
    useShortcuts({ Enter: open, j: open })
    return () => h('div')
  },
})

function press(key: string, selector: string): boolean {
  document.body.innerHTML = page
  return document.querySelector(selector)!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
}

describe('useShortcuts', () => {
  app.mount(document.createElement('div'))
  afterEach(() => open.mockClear())

  it.each([['Enter', 'tr'], ['j', 'tr'], ['j', 'button'], ['j', 'a']])('takes %s on a %s', (key, selector) => {
    expect([press(key, selector), open.mock.calls.length]).toEqual([false, 1])
  })

  it.each([['Enter', 'button'], ['Enter', 'a'], ['Enter', 'input'], ['j', 'input']])('leaves %s on a %s to it', (key, selector) => {
    expect([press(key, selector), open.mock.calls.length]).toEqual([true, 0])
  })
})
