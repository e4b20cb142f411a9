import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { openStream, waitBefore } from './live-stream'

class Source extends EventTarget {
  isClosed = false
  close(): void {
    this.isClosed = true
  }
  say(kind: string, data = '{}'): void {
    this.dispatchEvent(new MessageEvent(kind, { data }))
  }
}

describe('the stream of live events', () => {
  const sources: Source[] = []
  const hear = vi.fn()
  const create = (): EventSource => {
    sources.push(new Source())
    return sources.at(-1) as unknown as EventSource
  }

  beforeEach(() => {
    sources.length = 0
    hear.mockReset()
    vi.useFakeTimers()
    openStream(hear, create)
  })
  afterEach(() => vi.useRealTimers())

  it('tells what the server says', () => {
    sources[0]!.say('ready')
    sources[0]!.say('document', '{"doctype":"Customer","name":"客户-1","event":"update","modified":"m"}')
    sources[0]!.say('notification')
    expect(hear.mock.calls).toEqual([[{ kind: 'document', doctype: 'Customer', name: '客户-1', event: 'update', modified: 'm' }], [{ kind: 'notification' }]])
  })

  it('takes no text that is none of an event', () => {
    sources[0]!.say('document', 'not json')
    expect(hear).not.toHaveBeenCalled()
  })

  it('connects again after a failure and says that something may be missed', () => {
    sources[0]!.dispatchEvent(new Event('error'))
    expect([sources.length, sources[0]!.isClosed]).toEqual([1, true])
    vi.advanceTimersByTime(2_000)
    sources[1]!.say('ready')
    expect(hear).toHaveBeenCalledExactlyOnceWith({ kind: 'reset' })
  })

  it('stays closed when the session is over', () => {
    sources[0]!.say('end')
    vi.advanceTimersByTime(600_000)
    expect([sources.length, sources[0]!.isClosed]).toEqual([1, true])
  })

  it('waits longer each time, a minute at most', () => {
    expect([0, 1, 2, 20].map((count) => waitBefore(count, () => 1))).toEqual([2_000, 4_000, 8_000, 60_000])
    expect(waitBefore(3, () => 0)).toBe(8_000)
  })
})
