// What the cells of a report say.
import type { ReportColumn } from '@/api/reports'
import type { Row, Value } from '@/api/resource'
import { useSession } from '@/api/session'
import { kindOf } from '@/fields/registry'
import type { DocField } from '@/metadata/doctype'
import { t } from '@/shared/i18n'

const NUMBERS = new Set(['Int', 'Float', 'Currency', 'Percent', 'Duration'])

export const isNumber = (column: ReportColumn): boolean => NUMBERS.has(column.fieldtype)

export interface CellText {
  cellText: (column: ReportColumn, value: Value | undefined, row: Row) => string
  /** A value that rows are grouped by; nothing has a name, too. */
  named: (column: ReportColumn, value: Value | undefined) => string
}

export function useCellText(): CellText {
  const session = useSession()
  const asField = (column: ReportColumn): DocField => ({ ...column, fieldtype: column.fieldtype as DocField['fieldtype'] })
  const cellText: CellText['cellText'] = (column, value, row) => session.label(kindOf(asField(column).fieldtype).format(value ?? null, asField(column), row, session))
  return { cellText, named: (column, value) => cellText(column, value, { [column.fieldname]: value ?? null }) || t('(empty)') }
}
