// Notifications of the signed-in person.
import { call, read } from './client'

export interface Notification {
  name: string
  creation: string
  type: string
  read: 0 | 1
  subject: string
  from_user: string | null
  document_type: string | null
  document_name: string | null
}

const LOG = 'frappe.desk.doctype.notification_log.notification_log'

export async function listNotifications(limit: number): Promise<Notification[]> {
  return (await read<{ notification_logs: Notification[] }>(`${LOG}.get_notification_logs`, { limit })).notification_logs
}

/** At most 100: more is not counted. */
export function countUnread(): Promise<number> {
  return read<number>('crm.notifications.unread_count')
}

export async function markRead(name: string): Promise<void> {
  await call(`${LOG}.mark_as_read`, { docname: name })
}

export async function markAllRead(): Promise<void> {
  await call(`${LOG}.mark_all_as_read`)
}
