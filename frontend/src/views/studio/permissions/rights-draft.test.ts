import { expect, test } from 'vitest'

import type { Row } from '@/api/resource'
import type { DoctypeRights } from '@/api/rights'
import type { Studied } from '@/api/studio'

import { isEdited, keptEdits, placesOf, rightsDraft, rowsOf, takenOver, withRow, withValues, withoutRow } from './rights-draft'

const rows: Row[] = [
  { role: 'Sales User', permlevel: 0, read: 1 },
  { role: 'Sales Manager', permlevel: 0, read: 1, delete: 1 },
]
const rights: DoctypeRights = { name: 'Lead', label: '线索', module: 'CRM', layer: 'core', own: 0, is_submittable: 0, issingle: 0, rows, levels: {}, narrowed_by: [] }

const studied: Studied = {
  doctype: { name: 'Lead', permissions: rows, fields: [] },
  labels: {}, layer: 'core', own: null, layers: {}, provenance: {}, custom_fields: [], setters: [], permissions: ['Lead-Old Role-0'], as_of: 9,
}

test('an edit that is taken back by hand leaves no draft', () => {
  const [place] = placesOf(rights, {}, 'Sales User')
  const given = withValues({}, rights, place!, { delete: 1 })
  const [changed] = placesOf(rights, given, 'Sales User')
  expect(isEdited(rights, changed!, 'delete')).toBe(true)
  expect(isEdited(rights, changed!, 'read')).toBe(false)
  expect(withValues(given, rights, changed!, { delete: 0 })).toEqual({})
})

test('a role without a row is offered one, which comes with its first right', () => {
  const [offered] = placesOf(rights, {}, '租赁')
  expect(offered!.position).toBe(-1)
  const given = withValues({}, rights, offered!, { read: 1 })
  expect(rowsOf(rights, given)).toHaveLength(3)
  expect(withoutRow(given, rights, 2)).toEqual({})
})

test('all rows are written, and rows of the site that are no more are removed', async () => {
  const edits = withRow({}, rights, { role: '租赁', permlevel: 0, read: 1 })
  const draft = await rightsDraft({ edits, as_of: 7 }, () => Promise.resolve(studied))
  expect(draft.definitions.map((one) => one['name'])).toEqual(['Lead-Sales User-0', 'Lead-Sales Manager-0', 'Lead-租赁-0'])
  expect(draft.removed).toEqual([['Custom DocPerm', 'Lead-Old Role-0']])
  expect(draft.as_of, 'the edits began with what was in force then').toBe(7)
})

test('kept edits come back, also those that a former version has kept', () => {
  const edits = { Lead: rows }
  expect(keptEdits(JSON.stringify({ edits, as_of: 7 }))).toEqual({ edits, before: {}, as_of: 7 })
  expect(keptEdits(JSON.stringify({ edits, before: edits, as_of: 7 }))).toEqual({ edits, before: edits, as_of: 7 })
  expect(keptEdits(JSON.stringify(edits))).toEqual({ edits, before: {}, as_of: null })
  for (const nothing of [null, '{', '{}']) expect(keptEdits(nothing)).toEqual({ edits: {}, before: {}, as_of: null })
})

test('what another has given meanwhile comes below one\'s own edits', () => {
  const begun = { Lead: rows }
  const mine = withRow(withValues({}, rights, placesOf(rights, {}, 'Sales User')[0]!, { delete: 1 }), rights, { role: '租赁', permlevel: 0, read: 1 })
  const theirs = { ...rights, rows: [{ ...rows[0]!, write: 1 }, { role: '客服', permlevel: 0, read: 1 }] }
  const { edits, clashes } = takenOver(mine, begun, [theirs])
  expect(edits['Lead']!.map((row) => row['role']), 'the row that they took away is gone').toEqual(['Sales User', '租赁', '客服'])
  expect(edits['Lead']![0]).toMatchObject({ read: 1, write: 1, delete: 1 })
  expect(clashes).toEqual([])
})

test('a right that both have changed is named, and one\'s own stands', () => {
  const mine = withValues({}, rights, placesOf(rights, {}, 'Sales Manager')[0]!, { read: 0 })
  const theirs = { ...rights, rows: [rows[0]!] }
  const { edits, clashes } = takenOver(mine, { Lead: rows }, [theirs])
  expect(clashes).toEqual(['线索: Sales Manager'])
  expect(edits['Lead']).toHaveLength(2)
  expect(takenOver(mine, { Lead: rows }, [{ ...rights, rows: mine['Lead']! }]).edits, 'they did the same').toEqual({})
})
