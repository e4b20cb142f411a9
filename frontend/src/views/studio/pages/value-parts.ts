// What a Number Card and a Dashboard Chart are made of: which of their fields are asked, and when.
import type { Row } from '@/api/resource'
import type { DocField } from '@/metadata/doctype'

export type ValueKind = 'Number Card' | 'Dashboard Chart'

/** `field`: the control of its own kind; the others choose a field of the DocType, a column of the report, conditions. */
export type ValueControl = 'field' | 'number' | 'date' | 'group' | 'filters' | 'column' | 'columns'

export interface ValuePart {
  field: string
  control: ValueControl
  shown?: (row: Row) => boolean
}

const part = (field: string, control: ValueControl = 'field', shown?: (row: Row) => boolean): ValuePart => ({ field, control, ...(shown && { shown }) })

const ofDocuments = (row: Row): boolean => row['type'] !== 'Report'
const ofReport = (row: Row): boolean => row['type'] === 'Report'
const drawsDocuments = (row: Row): boolean => row['chart_type'] !== 'Report'
const drawsReport = (row: Row): boolean => row['chart_type'] === 'Report'
const adds = (row: Row): boolean => row['chart_type'] === 'Sum' || row['chart_type'] === 'Average'
const groups = (row: Row): boolean => row['chart_type'] === 'Group By'
const plain = (row: Row): boolean => drawsDocuments(row) && !groups(row)
const overTime = (row: Row): boolean => plain(row) && Boolean(row['timeseries'])

export const PARTS: Record<ValueKind, readonly ValuePart[]> = {
  'Number Card': [
    part('label'),
    part('type'),
    part('document_type', 'field', ofDocuments),
    part('function', 'field', ofDocuments),
    part('aggregate_function_based_on', 'number', (row) => ofDocuments(row) && row['function'] !== 'Count'),
    part('report_name', 'field', ofReport),
    part('report_field', 'column', ofReport),
    part('report_function', 'field', ofReport),
    part('filters_json', 'filters', ofDocuments),
    part('show_percentage_stats', 'field', ofDocuments),
    part('stats_time_interval', 'field', (row) => ofDocuments(row) && Boolean(row['show_percentage_stats'])),
    part('color'),
  ],
  'Dashboard Chart': [
    part('chart_name'),
    part('chart_type'),
    part('document_type', 'field', drawsDocuments),
    part('value_based_on', 'number', adds),
    part('group_by_based_on', 'group', groups),
    part('group_by_type', 'field', groups),
    part('aggregate_function_based_on', 'number', (row) => groups(row) && row['group_by_type'] !== 'Count'),
    part('number_of_groups', 'field', groups),
    part('timeseries', 'field', plain),
    part('based_on', 'date', overTime),
    part('timespan', 'field', overTime),
    part('from_date', 'field', (row) => overTime(row) && row['timespan'] === 'Select Date Range'),
    part('to_date', 'field', (row) => overTime(row) && row['timespan'] === 'Select Date Range'),
    part('time_interval', 'field', overTime),
    part('report_name', 'field', drawsReport),
    part('x_field', 'column', drawsReport),
    part('y_axis', 'columns', drawsReport),
    part('filters_json', 'filters', drawsDocuments),
    part('type'),
    part('color'),
  ],
}

export const valueParts = (kind: ValueKind, row: Row): ValuePart[] => PARTS[kind].filter(({ shown }) => shown === undefined || shown(row))

export const NAMES: Record<ValueKind, string> = { 'Number Card': 'label', 'Dashboard Chart': 'chart_name' }

export const newValue = (kind: ValueKind): Row =>
  kind === 'Number Card'
    ? { label: '', type: 'Document Type', document_type: '', function: 'Count', stats_time_interval: 'Monthly', filters_json: '[]' }
    : { chart_name: '', chart_type: 'Group By', document_type: '', group_by_type: 'Count', timespan: 'Last Year', time_interval: 'Monthly', type: 'Bar', filters_json: '[]', number_of_groups: 0 }

const NUMBERS = new Set(['Int', 'Float', 'Currency', 'Percent', 'Duration'])
const GROUPS = new Set(['Select', 'Link', 'Data', 'Check', 'Date', 'Int', 'Rating', 'Autocomplete'])
const FITS: Partial<Record<ValueControl, (field: DocField) => boolean>> = {
  number: ({ fieldtype }) => NUMBERS.has(fieldtype),
  date: ({ fieldtype }) => fieldtype === 'Date' || fieldtype === 'Datetime',
  group: ({ fieldtype }) => GROUPS.has(fieldtype),
}

/** Whether a field can be chosen by a control. */
export const fits = (control: ValueControl, field: DocField): boolean => FITS[control]?.(field) ?? true

/** Whether enough is said for a first look. */
export function isAskable(kind: ValueKind, row: Row): boolean {
  const missing = valueParts(kind, row).some(({ field, control }) => ['number', 'group', 'column'].includes(control) && !row[field] && field !== 'x_field')
  return !missing && Boolean(row['document_type'] || row['report_name'])
}

/** The record as it is sent: what its kind does not read is emptied. */
export function valueBody(kind: ValueKind, row: Row): Row {
  const read = new Set(valueParts(kind, row).map(({ field }) => field))
  return Object.fromEntries(PARTS[kind].map(({ field }) => [field, read.has(field) ? (row[field] ?? null) : field === 'y_axis' ? [] : null]))
}
