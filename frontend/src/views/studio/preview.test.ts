import { describe, expect, it } from 'vitest'

import type { DocField } from '@/metadata/doctype'

import { conditionsOf, laidOut, levelsOf } from './preview'

const field = (fieldname: string, more: Partial<DocField> = {}): DocField => ({ fieldname, fieldtype: 'Data', ...more })

describe('a form as a role sees it', () => {
  it('has the levels that the role may read, and level 0', () => {
    const rights = [{ role: 'Clerk', permlevel: 0, read: 1 }, { role: 'Boss', permlevel: 1, read: 1, write: 1 }, { role: 'Boss', permlevel: 2, read: 1 }]
    expect(levelsOf(rights, 'Clerk', 'read')).toEqual([0])
    expect(levelsOf(rights, 'Boss', 'read')).toEqual([0, 1, 2])
    expect(levelsOf(rights, 'Boss', 'write')).toEqual([0, 1])
    expect(levelsOf(rights, '', 'read')).toEqual([0, 1, 2])
  })

  it('stands in the order of the layout; what it leaves out is hidden unless it must be filled in', () => {
    const fields = [field('a'), field('b', { reqd: 1 }), field('c')]
    const seen = laidOut(fields, [{ fieldname: 'c', label: '第一' }, { fieldname: 'gone' }])
    expect(seen.map(({ fieldname, hidden, label }) => [fieldname, hidden ?? 0, label ?? ''])).toEqual([['c', 0, '第一'], ['a', 1, ''], ['b', 0, '']])
    expect(laidOut(fields, undefined)).toEqual(fields)
  })

  it('obeys the conditions that are written down', () => {
    const asked = { ...field('a'), depends_on: 'eval:doc.b', mandatory_depends_on: '' } as DocField
    expect(conditionsOf([asked, field('b')])).toEqual([{ key: 'a.depends_on', text: 'eval:doc.b' }])
  })
})
