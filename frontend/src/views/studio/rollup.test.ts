import { describe, expect, it } from 'vitest'

import { isComplete, readRollup, writeRollup } from './rollup'

describe('a roll-up', () => {
  it('is read from text and object, and written without what is empty', () => {
    const text = '{"function":"sum","field":"amount","from":"Opportunity","link":"customer"}'
    expect(readRollup(text)).toEqual(readRollup(JSON.parse(text) as object))
    expect(writeRollup(readRollup(text))).toBe(text)
    expect(writeRollup(readRollup('{'))).toBe('{"function":"count"}')
  })

  it('needs a place, and a field for everything but a number', () => {
    expect(isComplete(readRollup('{"function": "count", "table": "items"}'))).toBe(true)
    expect(isComplete(readRollup('{"function": "sum", "table": "items"}'))).toBe(false)
    expect(isComplete(readRollup('{"function": "count", "from": "Lead"}'))).toBe(false)
  })
})
