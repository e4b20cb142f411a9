// Definitions that several tests share.
import type { Session } from '@/api/session'
import type { DocField, DocType, Meta } from '@/metadata/doctype'

export function field(fieldname: string, more: Partial<DocField> = {}): DocField {
  return { fieldname, fieldtype: 'Data', label: fieldname, ...more }
}

export function doctype(fields: DocField[], more: Partial<DocType> = {}): DocType {
  return { name: 'Order', module: 'CRM', fields, ...more }
}

export function metaOf(fields: DocField[], more: Partial<Meta> = {}): Meta {
  return {
    doctype: doctype(fields),
    children: {},
    permissions: { read: 1, write: 1, create: 1 },
    readable_levels: [0],
    writable_levels: [0],
    expressions: {},
    workflow: null,
    title_field: null,
    print_formats: [],
    ...more,
  }
}

/** A person's session of a site without DocTypes. */
export const session: Session = {
  boot: {
    guest: false, user: 'anna', full_name: 'Anna', desk_theme: 'Automatic', language: 'en', site_name: 'S', time_zone: 'UTC', version: '1', doctypes: [], messages: {},
  },
  label: (text) => text,
  title: (_doctype, name) => name,
  titled: () => Promise.resolve(),
  learn: () => undefined,
  findBySlug: () => undefined,
  find: () => undefined,
}
