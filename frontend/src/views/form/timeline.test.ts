import { describe, expect, it } from 'vitest'

import { field, metaOf } from '../../../tests/examples'
import { buildTimeline, versionChanges } from './timeline'

const meta = metaOf([field('territory', { label: '区域' }), field('items', { fieldtype: 'Table', label: 'Items' })])

describe('versionChanges', () => {
  it('names fields and rows', () => {
    const data = JSON.stringify({
      changed: [['territory', 'Germany', null]],
      row_changed: [['items', 0, 'r1', [['qty', 1, 2]]]],
      added: [['items', {}]],
      removed: [],
    })
    expect(versionChanges(meta, data)).toEqual([
      { label: '区域', before: 'Germany', after: '–' },
      { label: 'Items 1, qty', before: '1', after: '2' },
      { label: 'Items', before: '–', after: 'row added' },
    ])
  })

  it.each(['', 'null', '{', '{"changed": 5}'])('is empty for %j', (data) => expect(versionChanges(meta, data)).toEqual([]))
})

describe('buildTimeline', () => {
  const doc = { name: 'D-1', owner: '王芳', creation: '2026-11-19 10:00:00' }
  const comment = { name: 'c1', owner: '李伟', creation: '2026-11-20 10:00:00', comment_type: 'Comment', content: '<p>明天再联系 <script>alert(1)</script></p>' }
  const version = { name: 'v1', owner: 'anna', creation: '2026-11-21 10:00:00', data: '{"changed": [["territory", "a", "b"]]}' }

  it('puts the newest first and shows no mark-up', () => {
    const entries = buildTimeline(meta, doc, [comment], [version])
    expect(entries.map((entry) => [entry.kind, entry.who])).toEqual([['change', 'anna'], ['comment', '李伟'], ['event', '王芳']])
    expect(entries[1]!.text).not.toContain('<')
  })

  it('leaves out versions that say nothing', () => {
    expect(buildTimeline(meta, doc, [], [{ ...version, data: '{}' }]).map((entry) => entry.key)).toEqual(['creation'])
  })
})
