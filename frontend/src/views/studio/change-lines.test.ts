import { describe, expect, it } from 'vitest'

import type { DefinitionChange } from '@/api/plans'

import { changeLine } from './change-lines'

const change = (more: Partial<DefinitionChange>): DefinitionChange => ({ action: 'changed', part: 'property', doctype: 'Customer', fieldname: 'website', property: 'label', before: null, after: null, ...more })
const line = (more: Partial<DefinitionChange>): string => changeLine(change(more), (text) => (text === 'Customer' ? '客户' : text))

describe('a line of a difference', () => {
  it('tells the place and both values', () => {
    expect(line({ before: 'Website', after: '主页' })).toBe('客户 · website · label: Website → 主页')
    expect(line({ before: null, after: 0 })).toBe('客户 · website · label: – → 0')
  })

  it('tells what comes and goes', () => {
    expect(line({ action: 'added', part: 'field', property: '' })).toBe('客户 · website: added')
    expect(line({ action: 'removed', part: 'DocType', fieldname: '', property: '' })).toBe('客户: removed')
  })

  it('tells long values in short', () => {
    expect(line({ before: 'a', after: 'x'.repeat(99) })).toBe(`客户 · website · label: a → ${'x'.repeat(60)}…`)
  })

  it('tells a permission row by what it gives and takes', () => {
    const row = { part: 'permission', fieldname: '', property: 'Sales User' } as const
    expect(line({ ...row, before: { actions: ['read', 'write'] }, after: { actions: ['delete', 'read'] } })).toBe('客户 · Sales User: + Delete, − Edit')
    expect(line({ ...row, action: 'removed', before: { actions: ['read'] } })).toBe('客户 · Sales User: − Read')
  })

  it('tells the level of a permission row and whose documents it is about', () => {
    const row = { part: 'permission', fieldname: '', property: 'Sales User' } as const
    const all = { permlevel: 0, if_owner: 0, if_team: 0, actions: ['read'] }
    expect(line({ ...row, action: 'removed', before: all })).toBe('客户 · Sales User: − Read')
    expect(line({ ...row, action: 'added', after: { ...all, if_owner: 1 } })).toBe('客户 · Sales User · Own: + Read')
    expect(line({ ...row, action: 'added', after: { ...all, if_owner: 1, if_team: 1 } })).toBe('客户 · Sales User · Of the team: + Read')
    expect(line({ ...row, before: { ...all, permlevel: 2 }, after: { ...all, permlevel: 2, actions: [] } })).toBe('客户 · Sales User · level 2: − Read')
  })

  it('tells that it is about a workflow', () => {
    expect(line({ action: 'added', part: 'workflow', fieldname: '', property: '' })).toBe('Workflow of 客户: added')
  })
})
