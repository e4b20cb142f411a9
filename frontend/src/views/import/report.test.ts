import { describe, expect, it } from 'vitest'

import { badRowsFile } from './report'

describe('badRowsFile', () => {
  it('quotes what needs it and lets nothing become a formula', () => {
    const bad = [
      { row: 3, column: '=HYPERLINK("x")', reason: 'Not known, "甲"' },
      { row: 4, column: '金额', reason: '-1 is too small' },
    ]
    expect(badRowsFile(['Row', 'Column', 'Reason'], bad)).toBe('\uFEFFRow,Column,Reason\r\n3,"\'=HYPERLINK(""x"")","Not known, ""甲"""\r\n4,金额,\'-1 is too small\r\n')
  })
})
