// What the method behind a pack's button answers: something to tell, and where work goes on.
import { asText } from '@/api/resource'
import type { ApiFilter, Value } from '@/api/resource'
import { filtersToText } from '@/metadata/filters'
import type { Operator } from '@/metadata/filters'
import { documentPath, listPath } from '@/shared/routes'

export interface PackAnswer {
  said: string
  /** Address of the document that was made (`doctype`, `name`), or of a list (`list`, `filters`); else empty. */
  to: string
}

interface Answer {
  message?: Value
  reason?: Value
  doctype?: Value
  name?: Value
  list?: Value
  /** As Frappe has them: a list of conditions, or field → value or [operator, value]. */
  filters?: ApiFilter[] | Record<string, unknown>
}

export function packAnswer(answer: unknown): PackAnswer {
  if (typeof answer !== 'object' || answer === null) return { said: typeof answer === 'string' ? answer : '', to: '' }
  const found = answer as Answer
  return { said: asText(found.message) || asText(found.reason), to: addressOf(found) }
}

function addressOf({ doctype, name, list, filters = [] }: Answer): string {
  if (doctype && name) return documentPath(asText(doctype), asText(name))
  if (!list) return ''
  const shown = asList(filters).map(([field, operator, value]) => ({ field, operator: operator as Operator, value: String(value) }))
  const text = filtersToText(shown)
  return text === null ? listPath(asText(list)) : `${listPath(asText(list))}?filters=${encodeURIComponent(text)}`
}

function asList(filters: ApiFilter[] | Record<string, unknown>): ApiFilter[] {
  if (Array.isArray(filters)) return filters
  return Object.entries(filters).map(([field, value]) => (Array.isArray(value) ? [field, String(value[0]), value[1]] : [field, '=', value]))
}
