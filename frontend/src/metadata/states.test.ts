import { afterEach, describe, expect, it } from 'vitest'

import { doctype, field, metaOf } from '../../tests/examples'
import { setLanguage } from '@/shared/i18n'
import { cellTone, documentState, valueTone } from './states'

const label = (text: string): string => text

describe('documentState', () => {
  afterEach(() => setLanguage('en'))

  it('is the workflow state, in its style', () => {
    const meta = metaOf([], { workflow: { state_field: 'workflow_state', states: [{ state: 'Approved', style: 'Success' }] } })
    expect(documentState(meta, { workflow_state: 'Approved' }, () => '已批准')).toEqual({ text: '已批准', tone: 'success' })
  })

  it('is the status field, in the colour of the definition', () => {
    const meta = metaOf([], { doctype: doctype([field('status')], { states: [{ title: 'Hot', color: 'Red' }] }) })
    expect(documentState(meta, { status: 'Hot' }, label)).toEqual({ text: 'Hot', tone: 'danger' })
  })

  it('is the document status of a submittable document', async () => {
    const meta = metaOf([], { doctype: doctype([], { is_submittable: 1 }) })
    expect(documentState(meta, { docstatus: 0 }, label)?.text).toBe('Draft')
    await setLanguage('zh-CN')
    expect(documentState(meta, { docstatus: 1 }, label)?.text).toBe('已提交')
  })

  it('is nothing where nothing is stated', () => expect(documentState(metaOf([]), {}, label)).toBeNull())
})

describe('valueTone', () => {
  it('knows usual words and is neutral about others', () => {
    expect(valueTone(metaOf([]), 'Won')).toBe('success')
    expect(valueTone(metaOf([]), 'Whatever')).toBe('neutral')
  })
})

describe('cellTone', () => {
  const link = field('stage', { fieldtype: 'Link', options: 'Stage' })
  const meta = metaOf([link], {
    doctype: doctype([link], { states: [{ title: 'Hot', color: 'Red' }] }),
    link_states: { Stage: [{ title: 'Hot', color: 'Green' }] },
  })

  it('is the colour that the linked DocType gives its state, by name or by title', () => {
    expect(cellTone(meta, link, false, 'Hot', 'Heiß')).toBe('success')
    expect(cellTone(meta, link, false, 'S-1', 'Hot')).toBe('success')
  })
  it('is the colour of the own definition where the link is the own state', () => {
    expect(cellTone(meta, link, true, 'Hot', 'Heiß')).toBe('danger')
    expect(cellTone(meta, link, true, 'S-1', 'Hot')).toBe('danger')
  })
  it('is none for other cells', () => {
    expect(cellTone(meta, link, false, 'Cold', 'Cold')).toBeNull()
    expect(cellTone(meta, field('note'), false, 'Hot', 'Hot')).toBeNull()
  })
})
