// Work in the background: how far it is, what came of it, stopping it.
import { call, read } from './client'

export interface Job<Result = unknown> {
  id: string
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  percent: number | null
  sentence: string | null
  error: string | null
  result: Result | null
}

export function getJob<Result>(job: string): Promise<Job<Result>> {
  return read<Job<Result>>('crm.jobs.get', { job })
}

export async function cancelJob(job: string): Promise<void> {
  await call('crm.jobs.cancel', { job })
}

/** Queues a job again that failed or was stopped. */
export async function retryJob(job: string): Promise<void> {
  await call('crm.jobs.retry', { job })
}

/** Forgets a job that failed: what it should have done is not done. */
export async function discardJob(job: string): Promise<void> {
  await call('crm.jobs.discard', { job })
}
