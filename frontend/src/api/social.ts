// What people add to a document: assignments, tags and shares.
import { call, request } from './client'

export interface Assignment {
  name: string
  owner: string
  description: string
  date: string | null
}

export interface Share {
  name: string
  user: string | null
  everyone: 0 | 1
  read: 0 | 1
  write: 0 | 1
  share: 0 | 1
}

export interface Social {
  assignments: Assignment[]
  tags: string[]
  shares: Share[]
}

interface DocInfo {
  assignments: Assignment[]
  shared: Share[]
  tags: string
}

export async function getSocial(doctype: string, name: string): Promise<Social> {
  const { docinfo } = await request<{ docinfo: DocInfo }>('/api/method/frappe.desk.form.load.getdoc', { query: { doctype, name } })
  return { assignments: docinfo.assignments, tags: docinfo.tags.split(',').filter(Boolean), shares: docinfo.shared }
}

export function assign(doctype: string, name: string, users: readonly string[]): Promise<Assignment[]> {
  return call<Assignment[]>('frappe.desk.form.assign_to.add', { doctype, name, assign_to: users })
}

export function unassign(doctype: string, name: string, user: string): Promise<Assignment[]> {
  return call<Assignment[]>('frappe.desk.form.assign_to.remove', { doctype, name, assign_to: user })
}

export function addTag(doctype: string, name: string, tag: string): Promise<string> {
  return call<string>('frappe.desk.doctype.tag.tag.add_tag', { dt: doctype, dn: name, tag })
}

export async function removeTag(doctype: string, name: string, tag: string): Promise<void> {
  await call('frappe.desk.doctype.tag.tag.remove_tag', { dt: doctype, dn: name, tag })
}

export async function share(doctype: string, name: string, user: string, write: boolean): Promise<void> {
  await call('frappe.share.add', { doctype, name, user, read: 1, write: write ? 1 : 0 })
}

export async function unshare(doctype: string, name: string, user: string): Promise<void> {
  await call('frappe.share.remove', { doctype, name, user })
}
