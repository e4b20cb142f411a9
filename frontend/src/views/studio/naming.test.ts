import { describe, expect, it } from 'vitest'

import { NAMINGS, readNaming } from './naming'
import type { NamingKind } from './naming'

describe('naming', () => {
  it.each<[string, NamingKind, string]>([
    ['hash', 'random', ''],
    ['autoincrement', 'number', ''],
    ['prompt', 'asked', ''],
    ['field:customer_name', 'field', 'customer_name'],
    ['RENT-.YYYY.-.#####', 'series', 'RENT-.YYYY.-.#####'],
    ['format:{customer}-{###}', 'pattern', '{customer}-{###}'],
  ])('reads %s and writes it again', (autoname, kind, detail) => {
    expect(readNaming(autoname)).toEqual({ kind, detail })
    expect(NAMINGS[kind].write(detail)).toBe(autoname)
  })

  it('leaves alone what it does not know', () => {
    expect(readNaming('naming_series:')).toBeNull()
    expect(readNaming('')).toEqual({ kind: 'random', detail: '' })
  })
})
