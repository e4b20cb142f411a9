// The own account: profile, password, API keys, second factor; and the way back in after a forgotten password.
import { call, read } from './client'
import { getDocument, updateDocument } from './resource'
import type { Doc } from './resource'

const USER = 'frappe.core.doctype.user.user'

export function getProfile(user: string): Promise<Doc> {
  return getDocument('User', user)
}

export function saveProfile(user: string, changes: Doc): Promise<Doc> {
  return updateDocument('User', user, changes)
}

export async function changePassword(old: string, fresh: string, otp: string): Promise<void> {
  await call(`${USER}.update_password`, { old_password: old, new_password: fresh, otp })
}

/** A secret is shown once: the server keeps its hash only. */
export interface Keys {
  api_key: string
  api_secret: string
}

export function generateKeys(user: string): Promise<Keys> {
  return call<Keys>(`${USER}.generate_keys`, { user })
}

/** Programs that use the key of this user can no longer sign in. */
export async function revokeKeys(user: string): Promise<void> {
  await call('crm.users.revoke_keys', { name: user })
}

export interface Enrolment {
  secret: string
  uri: string
}

export function beginTotp(): Promise<Enrolment> {
  return call<Enrolment>('crm.access.begin_totp')
}

export async function confirmTotp(code: string): Promise<string[]> {
  return (await call<{ recovery_codes: string[] }>('crm.access.confirm_totp', { code })).recovery_codes
}

export async function disableTotp(code: string): Promise<void> {
  await call('crm.access.disable_totp', { code })
}

export interface OwnSession {
  id: string
  /** What the browser there calls itself. */
  device: string
  ip: string
  last_seen: string
  is_current: boolean
}

export function listSessions(): Promise<OwnSession[]> {
  return read<OwnSession[]>('crm.access.sessions')
}

export async function endSession(id: string): Promise<void> {
  await call('crm.access.end_session', { session: id })
}

export async function endOtherSessions(): Promise<void> {
  await call('crm.access.end_other_sessions')
}

/** Answers the same sentence whether or not there is such an account. */
export function askForReset(user: string): Promise<string> {
  return call<string>(`${USER}.reset_password`, { user })
}

export async function resetPassword(key: string, fresh: string): Promise<void> {
  await call(`${USER}.update_password`, { key, new_password: fresh })
}
