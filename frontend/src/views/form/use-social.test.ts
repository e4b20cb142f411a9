import { beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/errors'
import { addTag, assign, getSocial } from '@/api/social'
import { warn } from '@/shared/feedback'

import { useSocial } from './use-social'

vi.mock('@/api/social', () => ({
  getSocial: vi.fn(),
  addTag: vi.fn(),
  assign: vi.fn(),
  removeTag: vi.fn(),
  share: vi.fn(),
  unassign: vi.fn(),
  unshare: vi.fn(),
}))
vi.mock('@/shared/feedback', () => ({ warn: vi.fn() }))

const social = { assignments: [], tags: ['重点客户'], shares: [] }

describe('useSocial', () => {
  beforeEach(() => {
    vi.resetAllMocks()
    vi.mocked(getSocial).mockResolvedValue(social)
  })

  it('reads again after a change', async () => {
    vi.mocked(assign).mockResolvedValue([])
    const model = useSocial('Customer', 'C-1')
    await model.assign('li@example.com')
    expect(assign).toHaveBeenCalledWith('Customer', 'C-1', ['li@example.com'])
    expect(model.social.value).toEqual(social)
    expect(getSocial).toHaveBeenCalledTimes(2)
  })

  it('tells a refusal and goes on', async () => {
    vi.mocked(addTag).mockRejectedValue(new ApiError(403, 'PermissionError', 'You may not.'))
    const model = useSocial('Customer', 'C-1')
    await model.tag('x')
    expect(warn).toHaveBeenCalledWith('You may not.')
    expect(model.busy.value).toBe(false)
  })

  it('shows nothing to somebody who may not see it', async () => {
    vi.mocked(getSocial).mockRejectedValue(new ApiError(403, 'PermissionError', 'no'))
    const model = useSocial('Customer', 'C-1')
    await vi.waitFor(() => expect(getSocial).toHaveBeenCalled())
    expect(model.social.value).toBeNull()
  })
})
