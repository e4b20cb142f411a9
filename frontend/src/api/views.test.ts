import { expect, it } from 'vitest'

import { defaultView } from './views'
import type { SavedView } from './views'

const view = (name: string, more: Partial<SavedView> = {}): SavedView => ({ name, label: name, owner: 'anna', is_public: 0, is_default: 0, query: {}, ...more })

it('opens the own default before a public one', () => {
  const shared = view('shared', { is_public: 1, is_default: 1 })
  const own = view('own', { owner: '王芳', is_default: 1 })
  expect(defaultView([shared, own], '王芳')).toBe(own)
  expect(defaultView([shared, view('plain')], '王芳')).toBe(shared)
  expect(defaultView([view('plain')], '王芳')).toBeUndefined()
})
