import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { request } from './client'

const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status, headers: { 'X-Request-Id': 'r7' } })

function lastCall(): { url: string; init: RequestInit; headers: Record<string, string> } {
  const [url, init] = vi.mocked(fetch).mock.calls.at(-1) as [string, RequestInit]
  return { url, init, headers: init.headers as Record<string, string> }
}

describe('request', () => {
  beforeEach(() => {
    document.head.innerHTML = '<meta name="csrf-token" content="token-1" />'
    vi.stubGlobal('fetch', vi.fn())
  })
  afterEach(() => vi.unstubAllGlobals())

  it('writes lists of the query as JSON and leaves out what is not given', async () => {
    vi.mocked(fetch).mockResolvedValue(answer(200, { data: [] }))
    await request('/api/resource/X', { query: { fields: ['name'], limit_start: 0, order_by: undefined } })
    expect(lastCall().url).toBe('/api/resource/X?fields=%5B%22name%22%5D&limit_start=0')
    expect(lastCall().headers).not.toHaveProperty('X-Frappe-CSRF-Token')
  })

  it('sends the token of the page with an unsafe request', async () => {
    vi.mocked(fetch).mockResolvedValue(answer(200, { data: {} }))
    await request('/api/resource/X', { method: 'POST', body: { title: '报价' } })
    expect(lastCall().headers['X-Frappe-CSRF-Token']).toBe('token-1')
    expect(lastCall().init.body).toBe('{"title":"报价"}')
  })

  it('lets the browser describe a form', async () => {
    vi.mocked(fetch).mockResolvedValue(answer(200, { message: {} }))
    await request('/api/method/upload_file', { method: 'POST', body: new FormData() })
    expect(lastCall().headers).not.toHaveProperty('Content-Type')
  })

  it('throws what the server refused, with the number of the request', async () => {
    vi.mocked(fetch).mockResolvedValue(answer(417, { exc_type: 'ValidationError', message: 'No' }))
    await expect(request('/api/resource/X')).rejects.toMatchObject({ status: 417, type: 'ValidationError', requestId: 'r7' })
  })

  it('throws a sentence when nobody answers', async () => {
    vi.mocked(fetch).mockRejectedValue(new TypeError('Failed to fetch'))
    await expect(request('/api/resource/X')).rejects.toMatchObject({ status: 0 })
  })

  it('passes on that it was stopped', async () => {
    vi.mocked(fetch).mockRejectedValue(new DOMException('stopped', 'AbortError'))
    await expect(request('/api/resource/X')).rejects.toMatchObject({ name: 'AbortError' })
  })
})
