import { expect, it, vi } from 'vitest'

import { listDocuments } from '@/api/resource'

import { nearestDays } from './nearest'

vi.mock('@/api/resource', async (actual) => ({ ...(await actual<typeof import('@/api/resource')>()), listDocuments: vi.fn() }))

it('asks for one record on each side of the days, under the filters of the list', async () => {
  vi.mocked(listDocuments).mockResolvedValueOnce([{ starts_on: '2026-03-05 23:30:00' }]).mockResolvedValueOnce([])
  const mine = ['owner', '=', 'me'] as [string, string, unknown]
  expect(await nearestDays('Event', 'starts_on', { filters: [mine] }, ['2026-10-01', '2026-10-31'])).toEqual({ earlier: '2026-03-05', later: '' })
  const asked = vi.mocked(listDocuments).mock.calls.map(([, query]) => [query.filters, query.order_by, query.limit_page_length])
  expect(asked).toEqual([
    [[mine, ['starts_on', '<', '2026-10-01']], 'starts_on desc', 1],
    [[mine, ['starts_on', '>=', '2026-11-01']], 'starts_on asc', 1],
  ])
})
