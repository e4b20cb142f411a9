import { expect, test } from 'vitest'

import type { Row } from '@/api/resource'
import type { DoctypeRights } from '@/api/rights'
import type { Studied } from '@/api/studio'

import { isEdited, keptEdits, placesOf, rightsDraft, rowsOf, withRow, withValues, withoutRow } from './rights-draft'

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
  expect(keptEdits(JSON.stringify({ edits, as_of: 7 }))).toEqual({ edits, as_of: 7 })
  expect(keptEdits(JSON.stringify(edits))).toEqual({ edits, as_of: null })
  for (const nothing of [null, '{', '{}']) expect(keptEdits(nothing)).toEqual({ edits: {}, as_of: null })
})
