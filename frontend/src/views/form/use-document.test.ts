import { beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/errors'
import { createDocument, updateDocument } from '@/api/resource'

import { field, metaOf } from '../../../tests/examples'
import { useDocument } from './use-document'

vi.mock('@/api/resource', async (original) => ({
  ...(await original<typeof import('@/api/resource')>()),
  createDocument: vi.fn(),
  updateDocument: vi.fn(),
}))

const meta = metaOf([field('title'), field('note')])
const stored = { name: 'O-1', modified: '2026-11-22 01:00:00.000001', title: '订单' }

describe('useDocument', () => {
  beforeEach(() => vi.resetAllMocks())

  it('is new until the server has stored it', async () => {
    const model = useDocument(meta)
    model.start({ title: null })
    expect([model.isNew.value, model.dirty.value]).toEqual([true, false])
    vi.mocked(createDocument).mockResolvedValue(stored)
    model.set('title', '订单')
    expect(model.dirty.value).toBe(true)
    expect(await model.save()).toBe(true)
    expect([model.isNew.value, model.dirty.value]).toEqual([false, false])
  })

  it('sends only what changed, with the time it was read', async () => {
    const model = useDocument(meta)
    model.adopt(stored)
    model.set('note', 'x')
    vi.mocked(updateDocument).mockResolvedValue({ ...stored, note: 'x', modified: 'later' })
    await model.save()
    expect(updateDocument).toHaveBeenCalledWith('Order', 'O-1', { note: 'x', modified: stored.modified })
  })

  it('keeps what was typed when the server refuses', async () => {
    const model = useDocument(meta)
    model.adopt(stored)
    model.set('title', '')
    vi.mocked(updateDocument).mockRejectedValue(new ApiError(417, 'MandatoryError', 'Value missing'))
    expect(await model.save()).toBe(false)
    expect(model.failure.value?.type).toBe('MandatoryError')
    expect([model.doc.value['title'], model.dirty.value, model.busy.value]).toEqual(['', true, false])
  })

  it('keeps what is typed while it is stored', async () => {
    const model = useDocument(meta)
    model.adopt(stored)
    model.set('note', 'one')
    vi.mocked(updateDocument).mockImplementation(() => {
      model.set('title', '后来')
      return Promise.resolve({ ...stored, note: 'one', modified: 'later' })
    })
    await model.save()
    expect([model.doc.value['title'], model.doc.value['note'], model.dirty.value]).toEqual(['后来', 'one', true])
    expect([model.unsaved(), model.since.value]).toEqual([{ title: '后来' }, 'later'])
  })

  it('lays own changes over a newer document and sends only them', async () => {
    const model = useDocument(meta)
    model.adopt({ ...stored, title: '他人', modified: 'newer' })
    model.resume({ note: 'mine' }, 'newer')
    expect([model.doc.value['title'], model.dirty.value, model.unsaved()]).toEqual(['他人', true, { note: 'mine' }])
    vi.mocked(updateDocument).mockResolvedValue({ ...stored, title: '他人', note: 'mine', modified: 'newest' })
    expect(await model.save()).toBe(true)
    expect(updateDocument).toHaveBeenCalledWith('Order', 'O-1', { note: 'mine', modified: 'newer' })
  })

  it('stores changes that were kept as made on the version of then, so that a conflict is found', async () => {
    const model = useDocument(meta)
    model.adopt({ ...stored, modified: 'newer' })
    model.resume({ note: 'kept' }, 'older')
    vi.mocked(updateDocument).mockRejectedValue(new ApiError(417, 'TimestampMismatchError', 'changed'))
    expect(await model.save()).toBe(false)
    expect(updateDocument).toHaveBeenCalledWith('Order', 'O-1', { note: 'kept', modified: 'older' })
  })

  it('stores a Single without creating it', async () => {
    const single = metaOf([field('title')])
    single.doctype.issingle = 1
    const model = useDocument(single)
    model.adopt({ doctype: 'Order' })
    model.set('title', '设置')
    vi.mocked(updateDocument).mockResolvedValue({ name: 'Order', title: '设置' })
    expect([model.isNew.value, await model.save()]).toEqual([false, true])
    expect(updateDocument).toHaveBeenCalledWith('Order', 'Order', { title: '设置', modified: undefined })
  })

  it('lets a program error through', async () => {
    const model = useDocument(meta)
    model.adopt(stored)
    vi.mocked(updateDocument).mockRejectedValue(new TypeError('bug'))
    await expect(model.save()).rejects.toThrow('bug')
    expect(model.busy.value).toBe(false)
  })
})

describe('a document with a formula', () => {
  const double = { table: '', fieldname: 'double', fieldtype: 'Int', precision: null, starts_empty: false, tree: { version: 1, root: ['arithmetic', '*', ['field', 'doc', 'size'], ['number', '2']] } } as const
  const computing = metaOf([field('size'), field('double', { formula: 'size * 2' })], { computed: [double] })

  it('shows the result while typing and leaves it to the server on save', async () => {
    const model = useDocument(computing)
    model.start({ size: 1 })
    expect([model.doc.value['double'], model.dirty.value]).toEqual([2, false])
    model.set('size', 4)
    expect(model.doc.value['double']).toBe(8)
    vi.mocked(createDocument).mockResolvedValue({ ...stored, size: 4, double: 8 })
    await model.save()
    expect(createDocument).toHaveBeenCalledWith('Order', { size: 4 })
  })
})
