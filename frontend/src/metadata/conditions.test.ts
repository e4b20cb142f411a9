import { describe, expect, it } from 'vitest'

import { field, metaOf } from '../../tests/examples'
import { fieldState, rowFieldState } from './conditions'

const situation = { isNew: false, now: '2026-11-22 09:00:00' }

describe('fieldState', () => {
  it('follows the flags of the field', () => {
    const meta = metaOf([])
    expect(fieldState(meta, field('a', { reqd: 1 }), {}, situation)).toEqual({ hidden: false, required: true, readOnly: false, expanded: false })
    expect(fieldState(meta, field('a', { hidden: 1 }), {}, situation).hidden).toBe(true)
    expect(fieldState(meta, field('a', { formula: 'qty * rate' }), {}, situation).readOnly).toBe(true)
  })

  it('locks by right, level and document status', () => {
    const readOnly = (more: Parameters<typeof metaOf>[1], given = field('a'), doc = {}): boolean => fieldState(metaOf([], more), given, doc, situation).readOnly
    expect(readOnly({ permissions: { read: 1 } })).toBe(true)
    expect(readOnly({}, field('a', { permlevel: 1 }))).toBe(true)
    expect(readOnly({}, field('a'), { docstatus: 1 })).toBe(true)
    expect(readOnly({}, field('a', { allow_on_submit: 1 }), { docstatus: 1 })).toBe(false)
    expect(readOnly({}, field('a', { allow_on_submit: 1 }), { docstatus: 2 })).toBe(true)
  })

  it('needs the right to create for a new document only', () => {
    const meta = metaOf([], { permissions: { create: 1 } })
    expect(fieldState(meta, field('a', { set_only_once: 1 }), {}, { ...situation, isNew: true }).readOnly).toBe(false)
    expect(fieldState(meta, field('a'), {}, situation).readOnly).toBe(true)
  })

  it('shows a field whose condition cannot be answered', () => {
    const meta = metaOf([], { expressions: { 'a.depends_on': { version: 99, root: {} } } })
    expect(fieldState(meta, field('a'), {}, situation).hidden).toBe(false)
  })

  it('shows the naming rule only where there is a choice', () => {
    const series = field('naming_series', { fieldtype: 'Select', options: 'A-.#\nB-.#' })
    const hidden = (given: typeof series, isNew: boolean): boolean => fieldState(metaOf([]), given, {}, { ...situation, isNew }).hidden
    expect(hidden(series, true)).toBe(false)
    expect(hidden(series, false)).toBe(true)
    expect(hidden({ ...series, options: 'A-.#' }, true)).toBe(true)
  })
})

describe('rowFieldState', () => {
  it('follows the status of the document, not of the row', () => {
    const table = field('items', { fieldtype: 'Table', options: 'Item' })
    expect(rowFieldState(metaOf([]), table, field('qty'), {}, { docstatus: 1 }, situation.now).readOnly).toBe(true)
    expect(rowFieldState(metaOf([]), table, field('qty'), {}, { docstatus: 0 }, situation.now).readOnly).toBe(false)
  })
})
