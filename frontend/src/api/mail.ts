// Writing from a document: mail, and notes of calls and meetings; templates and people to write to.
import { call, read } from './client'
import { asText, listDocuments } from './resource'
import type { ApiFilter } from './resource'

export const MEDIA = ['Email', 'Phone', 'Meeting', 'Visit', 'Chat', 'Other'] as const
export type Medium = (typeof MEDIA)[number]

export interface Letter {
  doctype: string
  name: string
  communication_medium: Medium
  recipients: string[]
  cc: string[]
  bcc: string[]
  subject: string
  content: string
  send_email: boolean
  send_me_a_copy: boolean
  attachments: string[]
  attach_document_print: boolean
  print_format: string
  print_language: string
  email_template: string
  in_reply_to: string
}

/** Answers who gets no mail by own wish. */
export async function sendLetter(letter: Letter): Promise<string> {
  return (await call<{ emails_not_sent_to: string }>('frappe.core.doctype.communication.email.make', letter)).emails_not_sent_to
}

/** Templates for a DocType and those for any. */
export async function listTemplates(doctype: string): Promise<string[]> {
  const rows = await listDocuments('Email Template', { fields: ['name', 'reference_doctype'], order_by: 'name asc', limit_page_length: 200 }).catch(() => [])
  return rows.filter((row) => !row['reference_doctype'] || row['reference_doctype'] === doctype).map((row) => asText(row['name']))
}

export function fillTemplate(template: string, doctype: string, name: string): Promise<{ subject: string; message: string }> {
  return read('frappe.email.doctype.email_template.email_template.get_email_template', { template_name: template, doc: { doctype, name } })
}

export interface Address {
  value: string
  label: string
}

const ADDRESS = /^[^\s@,;]+@[^\s@,;]+$/

export const isAddress = (text: string): boolean => ADDRESS.test(text)

/** Contacts by name and address; whoever may not read contacts is offered none. */
export async function findAddresses(text: string): Promise<Address[]> {
  const like: ApiFilter[] = ['full_name', 'email_id', 'company_name'].map((field) => [field, 'like', `%${text}%`])
  const query = { fields: ['name', 'full_name', 'email_id'], filters: [['email_id', 'is', 'set']] as ApiFilter[], or_filters: like, limit_page_length: 10 }
  const rows = await listDocuments('Contact', query).catch(() => [])
  return rows.map((row) => ({ value: asText(row['email_id']), label: `${asText(row['full_name'])} <${asText(row['email_id'])}>` })).filter(({ value }) => isAddress(value))
}
