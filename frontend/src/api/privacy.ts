// Values of masked fields, asked for one at a time.
import { call } from './client'
import type { Value } from './resource'

export async function unmask(doctype: string, name: string, field: string, reason: string): Promise<Value> {
  return (await call<Record<string, Value>>('crm.privacy.unmask', { doctype, name, fields: [field], reason }))[field]
}
