// Values that a field takes over from a linked document, shown as soon as the link is chosen (the server decides on save).
import { fetchValues } from '@/api/resource'
import type { Doc, Value } from '@/api/resource'
import type { DocField, Meta } from '@/metadata/doctype'

interface Fetch {
  target: DocField
  source: string
}

export function fetchesOf(meta: Meta, link: DocField): Fetch[] {
  return meta.doctype.fields.flatMap((target) => {
    const [linkName, source] = (target.fetch_from ?? '').split('.')
    return linkName === link.fieldname && source ? [{ target, source }] : []
  })
}

export async function fetchInto(meta: Meta, link: DocField, doc: Doc, set: (fieldname: string, value: Value) => void): Promise<void> {
  const name = doc[link.fieldname]
  const wanted = fetchesOf(meta, link).filter(({ target }) => !(target.fetch_if_empty && doc[target.fieldname]))
  if (wanted.length === 0 || typeof name !== 'string' || name === '' || !link.options) return
  try {
    const values = await fetchValues(link.options, name, wanted.map(({ source }) => source))
    for (const { target, source } of wanted) set(target.fieldname, values[source] ?? null)
  } catch {
    // The preview is a convenience: a value that may not be read here is fetched or refused by the server on save.
  }
}
