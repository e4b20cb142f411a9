// Where a cell of a report leads: to the document that it names, or to the records that its row counts.
import type { RouteLocationRaw } from 'vue-router'

import type { ReportColumn, ReportFacts } from '@/api/reports'
import type { ApiFilter, Row } from '@/api/resource'
import { mayOpen } from '@/api/session'
import type { Session } from '@/api/session'
import { documentPath, listPath } from '@/shared/routes'

import { addressOf } from '../dashboard/values'

export type Opened = Pick<ReportFacts, 'doctype' | 'conditions' | 'filters'>

/** The filters of the list behind a row; null where a list has no words for what the report asks. */
function behind(report: Opened, groups: readonly ReportColumn[], row: Row): ApiFilter[] | null {
  const isOfTable = (filter: ApiFilter): boolean => filter.length > 3 && filter[0] !== report.doctype
  if (report.filters.length > 0 || report.conditions.some(isOfTable)) return null
  const wanted = groups.map(({ group = '', fieldname }): ApiFilter => {
    const value = row[fieldname] ?? ''
    return value === '' ? [group, 'is', 'not set'] : [group, '=', value]
  })
  return [...report.conditions, ...wanted]
}

/** The records of one place of a grid. */
export function placeRoute(report: Opened, columns: readonly ReportColumn[], row: Row): RouteLocationRaw | null {
  const groups = columns.filter(({ group, fieldname }) => group && fieldname in row)
  const filters = groups.length > 0 ? behind(report, groups, row) : null
  return filters && { path: listPath(report.doctype), query: addressOf(filters) }
}

export function cellRoute(report: Opened, columns: readonly ReportColumn[], column: ReportColumn, row: Row, session: Pick<Session, 'find'>): RouteLocationRaw | null {
  const groups = columns.filter(({ group }) => group)
  if (groups.length > 0) {
    const filters = column === groups[0] ? behind(report, groups, row) : null
    return filters && { path: listPath(report.doctype), query: addressOf(filters) }
  }
  const value = row[column.fieldname]
  if (typeof value !== 'string' || value === '') return null
  const doctype = column.fieldname === 'name' ? report.doctype : column.fieldtype === 'Link' ? column.options : ''
  return mayOpen(session, doctype, value) ? documentPath(doctype, value) : null
}
