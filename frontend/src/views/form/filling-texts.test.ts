import { describe, expect, it } from 'vitest'

import { fillingText, setterText } from './filling-texts'

const change = { before: 1, after: 2, user: '王芳', time: '2026-11-22 10:00:00', set_by: null }

describe('fillingText', () => {
  it('says what a property does', () => {
    expect(fillingText({ property: 'formula', says: 'qty * rate', layer: 'site', version: '' })).toContain('qty * rate')
    expect(fillingText({ property: 'rollup', says: { function: 'sum' }, layer: 'site', version: '' })).toContain('"sum"')
  })

  it('names a property that it does not know', () => expect(fillingText({ property: 'new', says: 'x', layer: '', version: '' })).toBe('new: x'))
})

describe('setterText', () => {
  it('is silent about a person', () => expect(setterText(change)).toBe(''))
  it('names the rule', () =>
    expect(setterText({ ...change, set_by: { pack: 'warranty', version: '1.0', source: 'on save' } })).toBe('by warranty on save 1.0'))
})
