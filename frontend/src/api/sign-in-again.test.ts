import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { request } from './client'
import { SignInNeeded } from './sign-in-needed'

const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status })
const over = (): Response => answer(403, { exc_type: 'PermissionError', session_expired: 1, exception: 'frappe.exceptions.PermissionError: Your session has expired. Sign in again.' })
const ask = vi.fn()
const handle = (event: Event): void => {
  if (event instanceof SignInNeeded) event.answer = ask() as Promise<boolean>
}

beforeEach(() => {
  ask.mockReset()
  vi.stubGlobal('fetch', vi.fn())
  document.addEventListener(SignInNeeded.kind, handle)
})
afterEach(() => {
  document.removeEventListener(SignInNeeded.kind, handle)
  vi.unstubAllGlobals()
})

it('repeats what was asked once the person is signed in again', async () => {
  ask.mockResolvedValue(true)
  vi.mocked(fetch).mockResolvedValueOnce(over()).mockResolvedValueOnce(answer(200, { data: '好' }))
  expect(await request('/api/x', { method: 'PUT', body: { title: '好' } })).toEqual({ data: '好' })
  expect(vi.mocked(fetch).mock.calls.map(([, init]) => init?.body)).toEqual(['{"title":"好"}', '{"title":"好"}'])
})

it('asks once for one request', async () => {
  ask.mockResolvedValue(true)
  vi.mocked(fetch).mockImplementation(() => Promise.resolve(over()))
  await expect(request('/api/x')).rejects.toMatchObject({ status: 403 })
  expect(ask).toHaveBeenCalledTimes(1)
})

it('tells the refusal when the person does not', async () => {
  ask.mockResolvedValue(false)
  vi.mocked(fetch).mockResolvedValue(over())
  await expect(request('/api/x')).rejects.toThrow('Sign in')
  expect(fetch).toHaveBeenCalledTimes(1)
})

it('does not ask for a mere lack of rights', async () => {
  vi.mocked(fetch).mockResolvedValueOnce(answer(403, { exc_type: 'PermissionError' })).mockResolvedValueOnce(answer(200, { message: 'zhao@example.com' }))
  await expect(request('/api/x')).rejects.toMatchObject({ status: 403 })
  expect(ask).not.toHaveBeenCalled()
})

it('asks also when an earlier request met the end of the session, and this one came from a guest', async () => {
  ask.mockResolvedValue(true)
  const refused = (): Response => answer(403, { exc_type: 'PermissionError' })
  vi.mocked(fetch).mockResolvedValueOnce(refused()).mockResolvedValueOnce(refused()).mockResolvedValueOnce(answer(200, { data: '好' }))
  expect(await request('/api/x')).toEqual({ data: '好' })
  expect(ask).toHaveBeenCalledTimes(1)
})
