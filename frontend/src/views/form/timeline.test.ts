import { describe, expect, it } from 'vitest'

import type { Session } from '@/api/session'
import type { TimelinePage } from '@/api/timeline'

import { doctype, field, metaOf } from '../../../tests/examples'
import { buildTimeline, sideText, versionChanges } from './timeline'

const item = doctype([field('qty', { fieldtype: 'Int', label: '数量' }), field('due', { fieldtype: 'Date', label: '到期' })], { name: 'Item' })
const meta = metaOf([field('territory', { fieldtype: 'Link', options: 'Territory', label: '区域' }), field('seen', { fieldtype: 'Datetime', label: '查看' }), field('items', { fieldtype: 'Table', label: 'Items', options: 'Item' })], { children: { Item: item } })
const session = { label: (text: string) => text, title: (_doctype: string, name: string) => (name === 'DE' ? 'Germany' : name), boot: { time_zone: 'UTC' } } as unknown as Session
const shown = (data: string): object[] =>
  versionChanges(meta, data).map((change) => ({ label: change.label, before: sideText(change, change.before, session), after: sideText(change, change.after, session) }))
const page = (more: Partial<TimelinePage> = {}): TimelinePage => ({ comments: [], versions: [], mails: [], tasks: [], ...more })

describe('versionChanges', () => {
  it('names fields and rows', () => {
    const data = JSON.stringify({
      changed: [['territory', 'DE', null], ['docstatus', 0, 1]],
      row_changed: [['items', 0, 'r1', [['qty', 1, 12000]]]],
      added: [['items', {}]],
      removed: [],
    })
    expect(shown(data)).toEqual([
      { label: '区域', before: 'Germany', after: '–' },
      { label: 'Document status', before: 'Draft', after: 'Submitted' },
      { label: 'Items 1, 数量', before: '1', after: '12,000' },
      { label: 'Items', before: '–', after: 'row added' },
    ])
  })

  it('writes days and moments as people read them', () => {
    const data = JSON.stringify({ changed: [['seen', null, '2026-11-19 10:00:00.000000']], row_changed: [['items', 0, 'r1', [['due', '2026-11-19', '']]]] })
    expect(shown(data)).toEqual([
      { label: '查看', before: '–', after: 'Nov 19, 2026, 10:00' },
      { label: 'Items 1, 到期', before: 'Nov 19, 2026', after: '–' },
    ])
  })

  it.each(['', 'null', '{', '{"changed": 5}'])('is empty for %j', (data) => expect(versionChanges(meta, data)).toEqual([]))
})

describe('buildTimeline', () => {
  const doc = { name: 'D-1', owner: '王芳', creation: '2026-11-19 10:00:00' }
  const comment = { name: 'c1', owner: '李伟', creation: '2026-11-20 10:00:00', comment_type: 'Comment', content: '<p>明天再联系 <script>alert(1)</script></p>' }
  const version = { name: 'v1', owner: 'anna', creation: '2026-11-21 10:00:00', data: '{"changed": [["territory", "a", "b"]]}' }
  const mail = { name: 'm1', owner: 'Guest', creation: '2026-11-22 10:00:00', sender: 'zhang@example.org', sender_full_name: '张', content: '<p>您好</p>' }

  it('puts the newest first and shows no mark-up', () => {
    const { entries, before } = buildTimeline(meta, doc, page({ comments: [comment], versions: [version], mails: [mail] }))
    expect(entries.map((entry) => [entry.kind, entry.who])).toEqual([['mail', '张'], ['change', 'anna'], ['comment', '李伟'], ['event', '王芳']])
    expect([entries[2]!.text.includes('<'), before]).toEqual([false, ''])
  })

  it('leaves out versions that say nothing', () => {
    expect(buildTimeline(meta, doc, page({ versions: [{ ...version, data: '{}' }] })).entries.map((entry) => entry.key)).toEqual(['creation'])
  })

  it('tells no creation of a Single that nobody has saved', () => {
    expect(buildTimeline(meta, { name: 'Settings', owner: '' }, page({})).entries).toEqual([])
  })

  it('ends a page where one kind may have more', () => {
    const comments = Array.from({ length: 20 }, (_, n) => ({ ...comment, name: `c${n}`, creation: `2026-11-21 10:00:${59 - n}` }))
    const { entries, before } = buildTimeline(meta, doc, page({ comments, tasks: [{ name: 't', owner: 'a', creation: '2026-11-20 00:00:00', description: 'x' }] }))
    expect([entries.length, entries.some(({ kind }) => kind === 'task'), before]).toEqual([20, false, '2026-11-21 10:00:40'])
  })
})
