import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'

import { ApiError } from '@/api/errors'
import { cancelJob, getJob } from '@/api/jobs'
import type { Job } from '@/api/jobs'

import { useJob } from './use-job'
import type { JobRun } from './use-job'

vi.mock('@/api/jobs', () => ({ getJob: vi.fn(), cancelJob: vi.fn() }))

const state = (more: Partial<Job<number>>): Job<number> => ({ id: 'j1', state: 'running', percent: 5, sentence: '', error: null, result: null, ...more })

function run(): JobRun<number> {
  return effectScope().run(() => useJob<number>())!
}

describe('useJob', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    vi.resetAllMocks()
  })

  it('gives the result of a job that is done', async () => {
    vi.mocked(getJob).mockResolvedValueOnce(state({})).mockResolvedValueOnce(state({ state: 'done', result: 42 }))
    const { follow, job, problem } = run()
    const following = follow(Promise.resolve('j1'))
    await vi.runAllTimersAsync()
    expect([await following, job.value?.state, problem.value]).toEqual([42, 'done', ''])
  })

  it.each([
    [state({ state: 'failed', error: 'Nothing fits.' }), 'Nothing fits.'],
    [state({ state: 'cancelled' }), 'Stopped.'],
  ])('tells why there is no result', async (answer, text) => {
    vi.mocked(getJob).mockResolvedValue(answer)
    const { follow, problem } = run()
    const following = follow(Promise.resolve('j1'))
    await vi.runAllTimersAsync()
    expect([await following, problem.value]).toEqual([null, text])
  })

  it('asks again when the server was away', async () => {
    vi.mocked(getJob).mockRejectedValueOnce(new ApiError(0, 'ServerError', 'away')).mockResolvedValueOnce(state({ state: 'done', result: 1 }))
    const following = run().follow(Promise.resolve('j1'))
    await vi.runAllTimersAsync()
    expect(await following).toBe(1)
  })

  it('tells what refused the start', async () => {
    const { follow, problem } = run()
    expect(await follow(Promise.reject(new ApiError(403, 'PermissionError', 'You may not.')))).toBeNull()
    expect(problem.value).toBe('You may not.')
  })

  it('stops a job that runs', async () => {
    vi.mocked(getJob).mockResolvedValueOnce(state({})).mockResolvedValue(state({ state: 'cancelled' }))
    vi.mocked(cancelJob).mockResolvedValue()
    const { follow, stop } = run()
    const following = follow(Promise.resolve('j1'))
    await vi.advanceTimersByTimeAsync(150)
    await stop()
    await vi.runAllTimersAsync()
    await following
    expect(cancelJob).toHaveBeenCalledExactlyOnceWith('j1')
  })
})
