// Worker of the shell: hashed assets from the cache, pages from the network, a clear page when there is none.
// Answers of the API and files of documents are never kept: they belong to who may read them now.
const CACHE = 'crm-shell-1'
const OFFLINE = '/assets/offline.html'
const KEPT_WITH_IT = [OFFLINE, '/assets/mark.svg']
const MOST = 250

/** Names of built assets hold a hash of their content. */
const isHashed = (url) => /^\/assets\/[^/]+-[\w-]{8,}\.(js|css|woff2|svg|png)$/.test(url.pathname)

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT_WITH_IT)))
  self.skipWaiting()
})

self.addEventListener('activate', (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name)
    await self.clients.claim()
  }
  event.waitUntil(drop())
})

/** A new version brings new names: the oldest assets make room. */
async function trim(cache) {
  const hashed = (await cache.keys()).filter((request) => isHashed(new URL(request.url)))
  for (const request of hashed.slice(0, Math.max(0, hashed.length - MOST))) await cache.delete(request)
}

async function fromCacheFirst(request) {
  const cache = await caches.open(CACHE)
  const kept = await cache.match(request)
  if (kept !== undefined) return kept
  const answer = await fetch(request)
  if (answer.ok) {
    await cache.put(request, answer.clone())
    await trim(cache)
  }
  return answer
}

async function pageOrOffline(request) {
  try {
    return await fetch(request)
  } catch {
    const cache = await caches.open(CACHE)
    return (await cache.match(OFFLINE)) ?? Response.error()
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (isHashed(url) || KEPT_WITH_IT.includes(url.pathname)) event.respondWith(fromCacheFirst(request))
  else if (request.mode === 'navigate' && (url.pathname === '/' || /^\/(app|login)(\/|$)/.test(url.pathname))) event.respondWith(pageOrOffline(request))
})
