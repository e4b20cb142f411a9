// A value as people read it beside other values: the text of its field kind, a dash where there is none.
import type { Row } from '@/api/resource'
import { useSession } from '@/api/session'
import type { DocField } from '@/metadata/doctype'

import { useKindLookup } from './contract'

export function useFieldText(): (field: DocField, row: Row) => string {
  const session = useSession()
  const kindOf = useKindLookup()
  return (field, row) => kindOf(field.fieldtype).format(row[field.fieldname], field, row, session) || '–'
}
