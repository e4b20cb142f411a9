import { beforeEach, describe, expect, it, vi } from 'vitest'

import { doctype, field, metaOf } from '../../../tests/examples'
import { getDocument, listDocuments, updateDocument } from '@/api/resource'
import { applyWorkflow, getActions } from '@/api/workflow'
import type { DocField } from '@/metadata/doctype'
import type { MetaSource } from '@/metadata/source'

import type { Criteria } from '../list/list-state'
import { columnsOf, loadBoard, moveCard } from './board'
import type { Board, Column } from './board'

vi.mock('@/api/resource', async (original) => ({ ...(await original<typeof import('@/api/resource')>()), getDocument: vi.fn(), listDocuments: vi.fn(), updateDocument: vi.fn() }))
vi.mock('@/api/workflow')

const status = field('status', { fieldtype: 'Select', options: 'Open\nWon\n\nLost' })
const plain = metaOf([status])
const guided = metaOf([status], { workflow: { state_field: 'status', states: [{ state: 'Open' }, { state: 'Won' }] } })
const source: MetaSource = { load: () => Promise.resolve(metaOf([], { doctype: doctype([], { sort_field: 'position', sort_order: 'ASC' }) })), forget: () => undefined }
const card = { name: 'O-1', modified: '2026-11-22 10:00:00', status: 'Open' }

beforeEach(() => vi.resetAllMocks())

describe('columns', () => {
  it('follow the definition, then what is in use', () => {
    const used = [{ value: 'Old', count: 1, sum: 5 }, { value: 'Won', count: 2, sum: 10 }, { value: '', count: 3, sum: 0 }]
    expect(columnsOf(['Open', 'Won'], used).map(({ value, count }) => [value, count])).toEqual([['', 3], ['Open', 0], ['Won', 2], ['Old', 1]])
  })

  it('count nothing and an empty text together', async () => {
    vi.mocked(listDocuments).mockResolvedValue([{ status: null, count: 2, sum: 1 }, { status: '', count: 3, sum: 4 }, { status: 'Won', count: 1, sum: 7 }])
    expect((await loadBoard(source, plain, status, 'amount', {})).columns).toEqual([
      { value: '', count: 5, sum: 5 }, { value: 'Open', count: 0, sum: 0 }, { value: 'Won', count: 1, sum: 7 }, { value: 'Lost', count: 0, sum: 0 },
    ])
  })
})

describe('columns of a link', () => {
  const stage = field('stage', { fieldtype: 'Link', options: 'Sales Stage' })
  const pipeline = field('pipeline', { fieldtype: 'Link', options: 'Sales Pipeline' })
  const answers = (stages: string[]): void => {
    vi.mocked(listDocuments).mockImplementation((asked) => Promise.resolve(asked === 'Sales Stage' ? stages.map((name) => ({ name })) : [{ stage: 'Won', count: 4 }, { stage: 'First', count: 1 }]))
  }
  const leadingTo = (...fields: DocField[]): MetaSource => ({ load: () => Promise.resolve(metaOf(fields)), forget: () => undefined })
  const names = (columns: Column[]): string[] => columns.map(({ value }) => value)

  it('stand in the order of the linked DocType, also those that nobody is in', async () => {
    answers(['First', 'Talks', 'Won'])
    const { columns, all } = await loadBoard(source, metaOf([stage]), stage, '', {})
    expect(columns.map(({ value, count }) => [value, count])).toEqual([['First', 1], ['Talks', 0], ['Won', 4]])
    expect(all).toEqual(columns)
    expect(listDocuments).toHaveBeenCalledWith('Sales Stage', { fields: ['name'], filters: [], order_by: 'position asc', limit_page_length: 30 })
  })

  it.each([['disabled', 0], ['enabled', 1]])('are those that are not out of use by the check %s', async (check, value) => {
    answers(['First'])
    await loadBoard(leadingTo(field(check, { fieldtype: 'Check' })), metaOf([stage]), stage, '', {})
    expect(listDocuments).toHaveBeenCalledWith('Sales Stage', expect.objectContaining({ filters: [[check, '=', value]] }))
  })

  it('of several pipelines are at first those in use, of one pipeline all of it', async () => {
    answers(['First', 'Renewal', 'Won'])
    const board = (criteria: Criteria): Promise<Board> => loadBoard(leadingTo(pipeline), metaOf([stage, pipeline]), stage, '', criteria)
    const undivided = await board({})
    expect([names(undivided.columns), names(undivided.all)]).toEqual([['First', 'Won'], ['First', 'Renewal', 'Won']])
    expect(names((await board({ filters: [['pipeline', '=', 'New']] })).columns)).toEqual(['First', 'Renewal', 'Won'])
    expect(listDocuments).toHaveBeenCalledWith('Sales Stage', expect.objectContaining({ filters: [['pipeline', '=', 'New']] }))
  })

  it('are at first those in use where there are many', async () => {
    answers(['Won', ...Array.from({ length: 12 }, (_, at) => `S${at}`)])
    const { columns, all } = await loadBoard(source, metaOf([stage]), stage, '', {})
    expect(names(columns)).toEqual(['Won', 'First'])
    expect(names(all)).toHaveLength(14)
  })
})

describe('a move', () => {
  it('is a change of the field, refused when somebody was faster', async () => {
    await moveCard(plain, status, card, 'Won')
    expect(updateDocument).toHaveBeenCalledExactlyOnceWith('Order', 'O-1', { status: 'Won', modified: card.modified })
    await moveCard(plain, status, card, '')
    expect(updateDocument).toHaveBeenLastCalledWith('Order', 'O-1', { status: null, modified: card.modified })
  })

  it('is the action that leads to the state', async () => {
    vi.mocked(getActions).mockResolvedValue([{ action: 'Win', next_state: 'Won', is_open: 1, reason: '', approvals: [] }])
    vi.mocked(getDocument).mockResolvedValue({ name: 'O-1' })
    await moveCard(guided, status, card, 'Won')
    expect(applyWorkflow).toHaveBeenCalledExactlyOnceWith({ name: 'O-1', doctype: 'Order' }, 'Win')
    expect(updateDocument).not.toHaveBeenCalled()
  })

  it('says why the action is not open, or that there is none', async () => {
    vi.mocked(getActions).mockResolvedValue([{ action: 'Win', next_state: 'Won', is_open: 0, reason: '需要经理批准', approvals: [] }])
    await expect(moveCard(guided, status, card, 'Won')).rejects.toThrow('需要经理批准')
    await expect(moveCard(guided, status, card, 'Lost')).rejects.toThrow('No action leads')
    expect(applyWorkflow).not.toHaveBeenCalled()
  })
})
