// One stream of live events per browser: the tab that holds the lock listens to the server and tells the others.
import type { Live, LiveEvent } from '@/api/live'

const ADDRESS = '/api/events'
const NAME = 'crm-live'
const FIRST_WAIT = 2_000
const LONGEST_WAIT = 60_000

type Hear = (event: LiveEvent) => void

function parsed(kind: string, text: string): LiveEvent | null {
  if (kind !== 'document') return { kind: kind as 'definitions' | 'notification' | 'reset' }
  try {
    return { ...(JSON.parse(text) as Record<string, string>), kind: 'document' } as LiveEvent
  } catch {
    return null
  }
}

/** Milliseconds before attempt `count`, spread so that not all browsers come back together. */
export function waitBefore(count: number, random: () => number = Math.random): number {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** count) * (0.5 + random() / 2)
}

/** Connects again after ever longer waits; a stream that the server ends for good (`end`) stays closed. */
export function openStream(hear: Hear, create: (address: string) => EventSource = (address) => new EventSource(address)): void {
  let failures = 0
  function connect(): void {
    const source = create(ADDRESS)
    source.addEventListener('ready', () => {
      // What happened between two streams was not heard.
      if (failures > 0) hear({ kind: 'reset' })
      failures = 0
    })
    for (const kind of ['document', 'definitions', 'notification', 'reset'])
      source.addEventListener(kind, (message) => {
        const event = parsed(kind, (message as MessageEvent<string>).data)
        if (event !== null) hear(event)
      })
    source.addEventListener('end', () => source.close())
    source.addEventListener('error', () => {
      source.close()
      setTimeout(connect, waitBefore(failures++))
    })
  }
  connect()
}

/** Without locks (an insecure address) every tab has a stream of its own. */
export function createLive(): Live {
  const heard = new Set<Hear>()
  const tell: Hear = (event) => heard.forEach((hear) => hear(event))
  const channel = new BroadcastChannel(NAME)
  channel.addEventListener('message', (message) => tell(message.data as LiveEvent))
  const hear: Hear = (event) => {
    tell(event)
    channel.postMessage(event)
  }
  // The lock is held until the tab ends; then the next tab gets it.
  const hold = (): Promise<never> => new Promise(() => openStream(hear))
  if ('locks' in navigator) void navigator.locks.request(NAME, hold)
  else openStream(tell)
  return {
    listen: (listener) => {
      heard.add(listener)
      return () => void heard.delete(listener)
    },
  }
}
