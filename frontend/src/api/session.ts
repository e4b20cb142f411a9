// Sign-in, the facts about the signed-in person, and what they may open.
import { inject } from 'vue'
import type { InjectionKey } from 'vue'

import type { Formats } from '@/shared/formats'

import { call, read, request } from './client'

export interface DocTypeEntry {
  name: string
  label: string
  module: string
  /** Its records administer the site: they stand last in navigation. */
  administers: 0 | 1 | boolean
  issingle: 0 | 1 | boolean
  is_tree: 0 | 1 | boolean
  is_submittable: 0 | 1 | boolean
  can_create: 0 | 1 | boolean
  /** Links to it show a title or a translation instead of the name. */
  has_titles: 0 | 1 | boolean
  /** The only documents that may be opened, where a right names them one by one: the own account, what was shared. */
  only?: readonly string[]
}

export interface Boot {
  guest: boolean
  user: string
  full_name: string
  /** Frappe's User.desk_theme. */
  desk_theme: string
  language: string
  site_name: string
  time_zone: string
  version: string
  /** What the site or the language lays down for numbers and dates. */
  formats?: Partial<Formats>
  doctypes: DocTypeEntry[]
  /** Translations of texts that come from definitions (options, states, modules). */
  messages: Record<string, string>
}

export function getBoot(language: string | null): Promise<Boot> {
  return read<Boot>('crm.desk.boot', { _lang: language })
}

export interface Credentials {
  usr: string
  pwd: string
  otp?: string
}

/** Signs in; a refusal is told in `language`. */
export async function signIn(credentials: Credentials, language: string): Promise<void> {
  await request('/api/method/login', { method: 'POST', query: { _lang: language }, body: credentials })
}

/** After signing in within the page: the new session has another token against forged requests. */
export async function renewToken(): Promise<void> {
  const { csrf_token: token } = await read<{ csrf_token: string }>('crm.desk.boot')
  document.querySelector('meta[name="csrf-token"]')?.setAttribute('content', token)
}

export async function saveTheme(user: string, theme: string): Promise<void> {
  await call('frappe.client.set_value', { doctype: 'User', name: user, fieldname: 'desk_theme', value: theme })
}

export async function signOut(): Promise<void> {
  await request('/api/method/logout', { method: 'POST', body: {} })
}

export async function saveLanguage(user: string, language: string): Promise<void> {
  await call('frappe.client.set_value', { doctype: 'User', name: user, fieldname: 'language', value: language })
}

/** A document that another one names. */
export type Link = readonly [doctype: string, name: string]

export interface Session {
  readonly boot: Boot
  /** Translation of a text that stands in a definition; in a context it may mean something else than elsewhere. */
  readonly label: (text: string, context?: string) => string
  /** What a link to a document shows: its title, or its name while and where there is none. */
  readonly title: (doctype: string, name: string) => string
  /** Waits until the titles of these links are known, so that what is drawn next does not change at once. */
  readonly titled: (links: readonly Link[]) => Promise<void>
  /** Takes over a title that another answer told. */
  readonly learn: (doctype: string, name: string, title: string) => void
  readonly findBySlug: (slug: string) => DocTypeEntry | undefined
  readonly find: (doctype: string) => DocTypeEntry | undefined
}

/** Whether the studio is open: who may make a DocType may shape all of them. */
export const mayShape = (session: Pick<Session, 'find'>): boolean => Boolean(session.find('DocType')?.can_create)

/** Whether a link leads somewhere: of users, most people may open their own account only. */
export function mayOpen(session: Pick<Session, 'find'>, doctype: string, name: string): boolean {
  const entry = session.find(doctype)
  return entry !== undefined && (entry.only === undefined || entry.only.includes(name))
}

export const SessionKey: InjectionKey<Session> = Symbol('session')

export function useSession(): Session {
  const session = inject(SessionKey)
  if (session === undefined) throw new Error('The application provides no session')
  return session
}
