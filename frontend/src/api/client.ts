// One way to the server: JSON requests with the session's cookie and forgery token.
import { parseError } from './errors'
import { askToSignIn } from './sign-in-needed'

export type Query = Record<string, unknown>

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  query?: Query
  body?: unknown
  signal?: AbortSignal | undefined
}

/** The token that the server wrote into the page for this session. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? ''
}

function queryText(query: Query): string {
  const parameters = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue
    parameters.set(key, typeof value === 'string' ? value : JSON.stringify(value))
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

function requestInit(options: RequestOptions): RequestInit {
  const method = options.method ?? 'GET'
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET') headers['X-Frappe-CSRF-Token'] = csrfToken()
  const init: RequestInit = { method, headers, credentials: 'same-origin', signal: options.signal ?? null }
  if (options.body instanceof FormData) return { ...init, body: options.body }
  if (options.body === undefined) return init
  headers['Content-Type'] = 'application/json'
  return { ...init, body: JSON.stringify(options.body) }
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return null
  }
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw parseError(0, null, null)
  }
}

/** A file that a method makes. @throws ApiError when the server refuses or cannot be reached */
export async function download(method: string, body: unknown): Promise<Blob> {
  const response = await send(`/api/method/${method}`, requestInit({ method: 'POST', body }))
  if (response.ok) return response.blob()
  throw parseError(response.status, await readBody(response), response.headers.get('X-Request-Id'))
}

const saysExpired = (body: unknown): boolean => typeof body === 'object' && body !== null && 'session_expired' in body

/** Only the first request after the end is told so: it loses the cookie, and those after it come from a guest. */
async function isOver(status: number, body: unknown): Promise<boolean> {
  if (saysExpired(body)) return true
  return status === 403 && !(await send('/api/method/frappe.auth.get_logged_user', requestInit({}))).ok
}

/**
 * The JSON body of the answer. When the session is over, the person may sign in again, and the request is sent once more.
 * @throws ApiError when the server refuses or cannot be reached
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  return (await attempt(path, options, askToSignIn)) as T
}

const nobody = (): Promise<boolean> => Promise.resolve(false)

async function attempt(path: string, options: RequestOptions, signInAgain: () => Promise<boolean>): Promise<unknown> {
  const response = await send(path + queryText(options.query ?? {}), requestInit(options))
  const body = await readBody(response)
  if (response.ok) return body
  if (signInAgain !== nobody && (await isOver(response.status, body)) && (await signInAgain())) return attempt(path, options, nobody)
  throw parseError(response.status, body, response.headers.get('X-Request-Id'))
}

/** Result of a method called with GET. */
export async function read<T>(method: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return (await request<{ message: T }>(`/api/method/${method}`, { query, signal })).message
}

/** Result of a method called with POST. */
export async function call<T>(method: string, body: unknown = {}): Promise<T> {
  return (await request<{ message: T }>(`/api/method/${method}`, { method: 'POST', body })).message
}
