import { beforeEach, describe, expect, it, vi } from 'vitest'

import { doctype, field, metaOf } from '../../../tests/examples'
import { getDocument, listDocuments, updateDocument } from '@/api/resource'
import { applyWorkflow, getActions } from '@/api/workflow'
import type { MetaSource } from '@/metadata/source'

import type { Criteria } from '../list/list-state'
import { columnsOf, loadColumns, moveCard } from './board'

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
    expect(await loadColumns(source, plain, status, 'amount', {})).toEqual([
      { value: '', count: 5, sum: 5 }, { value: 'Open', count: 0, sum: 0 }, { value: 'Won', count: 1, sum: 7 }, { value: 'Lost', count: 0, sum: 0 },
    ])
  })
})

describe('columns of a link', () => {
  const stage = field('stage', { fieldtype: 'Link', options: 'Sales Stage' })
  const answers = (stages: string[]): void => {
    vi.mocked(listDocuments).mockImplementation((asked) => Promise.resolve(asked === 'Sales Stage' ? stages.map((name) => ({ name })) : [{ stage: 'Won', count: 4 }, { stage: 'First', count: 1 }]))
  }

  it('stand in the order of the linked DocType, also those that nobody is in', async () => {
    answers(['First', 'Talks', 'Won'])
    expect((await loadColumns(source, metaOf([stage]), stage, '', {})).map(({ value, count }) => [value, count])).toEqual([['First', 1], ['Talks', 0], ['Won', 4]])
    expect(listDocuments).toHaveBeenCalledWith('Sales Stage', { fields: ['name'], filters: [], order_by: 'position asc', limit_page_length: 13 })
  })

  it('of several pipelines are those in use, of one pipeline all of it', async () => {
    const pipeline = field('pipeline', { fieldtype: 'Link', options: 'Sales Pipeline' })
    const divided: MetaSource = { load: () => Promise.resolve(metaOf([pipeline])), forget: () => undefined }
    answers(['First', 'Renewal', 'Won'])
    const values = async (criteria: Criteria): Promise<string[]> => (await loadColumns(divided, metaOf([stage, pipeline]), stage, '', criteria)).map(({ value }) => value)
    expect(await values({})).toEqual(['First', 'Won'])
    expect(await values({ filters: [['pipeline', '=', 'New']] })).toEqual(['First', 'Renewal', 'Won'])
    expect(listDocuments).toHaveBeenCalledWith('Sales Stage', expect.objectContaining({ filters: [['pipeline', '=', 'New']] }))
  })

  it('are those in use where there are many', async () => {
    answers(Array.from({ length: 13 }, (_, at) => `S${at}`))
    expect((await loadColumns(source, metaOf([stage]), stage, '', {})).map(({ value }) => value)).toEqual(['Won', 'First'])
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
