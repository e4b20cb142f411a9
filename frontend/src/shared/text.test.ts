import { describe, expect, it } from 'vitest'

import { hue, initials, matches, plainText, slug } from './text'

describe('text', () => {
  it('makes addresses like Frappe', () => expect(slug('Sales Order')).toBe('sales-order'))

  it.each([
    ['plain 文本', 'plain 文本'],
    ['<b>Qty</b> &lt; 1', 'Qty < 1'],
    ['<img src=x onerror=alert(1)>x', 'x'],
    ['a<br>b', 'a\nb'],
  ])('of %s is %s', (html, text) => expect(plainText(html)).toBe(text))

  it.each([
    ['', true],
    [' BERG ', true],
    ['贸易', true],
    ['bergs', false],
  ])('is searched for %j', (typed, found) => expect(matches(typed, 'Anna Berg', '星海贸易')).toBe(found))

  it.each([
    ['Anna Berg', 'AB'],
    ['li.wei@example.com', 'LC'],
    ['李伟', '伟'],
    ['', '?'],
    ['上海星河机电设备有限公司', '上'],
  ])('of %s are the initials %s', (name, letters) => expect(initials(name)).toBe(letters))

  it('gives a name one of eight colours, always the same', () => {
    const names = ['李伟', '王芳', 'Anna Berg', '', 'li.wei@example.com', '孙磊', 'Sophie Martin', 'James Carter']
    expect(names.map(hue)).toEqual(names.map(hue))
    expect(names.every((name) => hue(name) >= 1 && hue(name) <= 8)).toBe(true)
    expect(new Set(names.map(hue)).size).toBeGreaterThan(3)
  })
})
