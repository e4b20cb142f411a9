// Follows one job at a time: asked for its progress until it ends, or until the page is left.
import { onScopeDispose, shallowRef } from 'vue'
import type { ShallowRef } from 'vue'

import { ApiError, errorText } from '@/api/errors'
import { cancelJob, getJob } from '@/api/jobs'
import type { Job } from '@/api/jobs'
import { t } from '@/shared/i18n'

const PAUSES = [150, 300, 600, 1000]

export interface JobRun<Result> {
  job: ShallowRef<Job<Result> | null>
  /** Why there is no result; empty while it runs and when it is done. */
  problem: ShallowRef<string>
  /** The result; null when it failed, was stopped or left. */
  follow: (start: Promise<string>) => Promise<Result | null>
  stop: () => Promise<void>
}

const ENDED: readonly Job['state'][] = ['done', 'failed', 'cancelled']

export function useJob<Result>(): JobRun<Result> {
  const job = shallowRef<Job<Result> | null>(null)
  const problem = shallowRef('')
  let left = false
  onScopeDispose(() => void (left = true))

  const pause = (turn: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSES[Math.min(turn, PAUSES.length - 1)]))

  /** The record of a job once it ended. A server that is away for a moment is asked again. */
  async function ended(id: string): Promise<Job<Result> | null> {
    for (let turn = 0; !left; turn++) {
      await pause(turn)
      try {
        job.value = await getJob<Result>(id)
      } catch (failure) {
        if (!(failure instanceof ApiError) || failure.status !== 0) throw failure
      }
      if (job.value !== null && ENDED.includes(job.value.state)) return job.value
    }
    return null
  }

  async function follow(start: Promise<string>): Promise<Result | null> {
    job.value = null
    problem.value = ''
    try {
      const found = await ended(await start)
      if (found === null) return null
      if (found.state === 'cancelled') problem.value = t('Stopped.')
      if (found.state === 'failed') problem.value = found.error ?? t('The server could not do this. Try again; if it stays, tell an administrator.')
      return found.state === 'done' ? found.result : null
    } catch (failure) {
      problem.value = errorText(failure)
      return null
    }
  }

  async function stop(): Promise<void> {
    const running = job.value
    if (running === null) return
    // One that ended meanwhile needs no stopping: the next look at it tells.
    await cancelJob(running.id).catch(() => undefined)
  }

  return { job, problem, follow, stop }
}
