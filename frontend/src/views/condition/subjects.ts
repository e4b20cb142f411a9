// What a row may stand on: fields of a DocType and values over its child tables; with the operators that fit.
import { kindOf } from '@/fields/registry'
import { TABLE_TYPES, fieldLabel, hasColumn } from '@/metadata/doctype'
import type { DocField, Fieldtype } from '@/metadata/doctype'
import { t } from '@/shared/i18n'

import type { Aggregate, Owner, RowOperator, Subject } from './model'
import { spellSubject } from './spelling'

export interface OfferedSubject {
  /** Its spelling: unique among them. */
  key: string
  label: string
  subject: Subject
  /** How its values are entered and shown. */
  field: DocField
}

/** Columns of child tables by the name of their DocType. */
export type Children = Readonly<Record<string, readonly DocField[]>>

const STANDARD: readonly [string, Fieldtype, () => string][] = [
  ['name', 'Data', () => t('ID')],
  ['owner', 'Data', () => t('Created by')],
  ['creation', 'Datetime', () => t('Created')],
  ['modified', 'Datetime', () => t('Modified')],
  ['docstatus', 'Int', () => t('Document state (0 draft, 1 submitted, 2 cancelled)')],
  ['__islocal', 'Check', () => t('New, not saved yet')],
]

const AGGREGATES: readonly [Aggregate, (of: Record<string, unknown>) => string][] = [
  ['sum', (of) => t('Sum of {column} in {table}', of)],
  ['min', (of) => t('Smallest {column} in {table}', of)],
  ['max', (of) => t('Largest {column} in {table}', of)],
  ['avg', (of) => t('Mean of {column} in {table}', of)],
]

const isNumeric = (field: DocField): boolean => hasColumn(field) && kindOf(field.fieldtype).id === 'number'

const offer = (subject: Subject, label: string, field: DocField): OfferedSubject => ({ key: spellSubject(subject), label, subject, field })

export function offeredSubjects(fields: readonly DocField[], children: Children, ofChange: boolean): OfferedSubject[] {
  const standard = STANDARD.map(([fieldname, fieldtype, label]): DocField => ({ fieldname, fieldtype, label: label() }))
  const own = [...fields.filter(hasColumn), ...standard]
  const owned = (owner: Owner, label: (text: string) => string): OfferedSubject[] => own.map((field) => offer({ owner, field: field.fieldname }, label(fieldLabel(field)), field))
  const before = ofChange ? owned('before', (text) => t('{field} before the change', { field: text })) : []
  return [...owned('doc', (text) => text), ...fields.flatMap((field) => overRows(field, children)), ...before]
}

function overRows(table: DocField, children: Children): OfferedSubject[] {
  if (!TABLE_TYPES.includes(table.fieldtype)) return []
  const counted: DocField = { fieldname: table.fieldname, fieldtype: 'Int' }
  const count = offer({ owner: 'doc', field: table.fieldname, over: { function: 'count', column: '' } }, t('Rows in {table}', { table: fieldLabel(table) }), counted)
  const numbers = (children[table.options ?? ''] ?? []).filter(isNumeric)
  const values = numbers.flatMap((column) =>
    AGGREGATES.map(([name, label]) =>
      offer({ owner: 'doc', field: table.fieldname, over: { function: name, column: column.fieldname } }, label({ column: fieldLabel(column), table: fieldLabel(table) }), column),
    ),
  )
  return [count, ...values]
}

/** A subject that is not among the offered ones keeps its spelling as its label. */
export function findSubject(offered: readonly OfferedSubject[], subject: Subject): OfferedSubject {
  const key = spellSubject(subject)
  return offered.find((one) => one.key === key) ?? { key, label: key, subject, field: { fieldname: subject.field, fieldtype: 'Data' } }
}

const ORDERED: readonly RowOperator[] = ['==', '!=', '<', '<=', '>', '>=', 'set', 'not set']
const OPERATORS: Record<string, readonly RowOperator[]> = {
  number: ORDERED,
  rating: ORDERED,
  duration: ORDERED,
  date: ORDERED,
  time: ORDERED,
  check: ['set', 'not set'],
  select: ['==', '!=', 'in', 'not in', 'set', 'not set'],
  link: ['==', '!=', 'in', 'not in', 'set', 'not set'],
}
const TEXTUAL: readonly RowOperator[] = ['==', '!=', 'contains', 'not contains', 'startswith', 'in', 'not in', 'set', 'not set']

export function operatorsOf(field: DocField): readonly RowOperator[] {
  return OPERATORS[kindOf(field.fieldtype).id] ?? TEXTUAL
}

const TEXTS: Record<RowOperator, () => string> = {
  '==': () => t('is'),
  '!=': () => t('is not'),
  '<': () => '<',
  '<=': () => '≤',
  '>': () => '>',
  '>=': () => '≥',
  in: () => t('is one of'),
  'not in': () => t('is none of'),
  contains: () => t('contains'),
  'not contains': () => t('does not contain'),
  startswith: () => t('begins with'),
  set: () => t('is filled in'),
  'not set': () => t('is empty'),
}

export function operatorLabel(operator: RowOperator, field: DocField): string {
  if (field.fieldtype !== 'Check') return TEXTS[operator]()
  return operator === 'set' ? t('is ticked') : operator === 'not set' ? t('is not ticked') : TEXTS[operator]()
}

export const isNumber = (field: DocField): boolean => ['number', 'rating', 'duration', 'check'].includes(kindOf(field.fieldtype).id)
export const isDay = (field: DocField): boolean => kindOf(field.fieldtype).id === 'date'
