// Rows → the text of the expression, in the spelling that its place has in Frappe.
import { isUnary } from './model'
import type { ConditionGroup, ConditionPart, ConditionRow, Operand, RowOperator, Spelling, Subject } from './model'

const JOINS: Record<Spelling, Record<ConditionGroup['match'], string>> = {
  Python: { all: ' and ', any: ' or ' },
  JavaScript: { all: ' && ', any: ' || ' },
}

const DIGITS = /^-?([0-9]{1,18}(\.[0-9]*)?|\.[0-9]+)$/

/** Rows that are not filled in yet say nothing. */
export function isComplete(row: ConditionRow): boolean {
  if (row.subject.field === '' || isUnary(row.operator)) return row.subject.field !== ''
  const operand = row.operand
  if (operand === null || (operand.kind === 'number' && !DIGITS.test(operand.digits))) return false
  return operand.kind === 'list' ? operand.items.length > 0 : operand.kind !== 'text' || operand.text !== ''
}

/** '' for a group without a row that says something. */
export function spell(group: ConditionGroup, spelling: Spelling): string {
  const texts = group.parts.map((part) => spellPart(part, group, spelling)).filter((text) => text !== '')
  return texts.join(JOINS[spelling][group.match])
}

function spellPart(part: ConditionPart, within: ConditionGroup, spelling: Spelling): string {
  if (part.kind === 'row') return isComplete(part) ? spellRow(part, spelling) : ''
  const text = spell(part, spelling)
  return text === '' || (part.match === within.match && part.parts.length < 2) ? text : `(${text})`
}

function spellRow({ subject, operator, operand }: ConditionRow, spelling: Spelling): string {
  const left = spellSubject(subject)
  return operand === null ? unary(left, operator, spelling) : SPELLINGS[spelling](left, operator, spellOperand(operand))
}

const unary = (left: string, operator: RowOperator, spelling: Spelling): string => (operator === 'set' ? left : spelling === 'Python' ? `not ${left}` : `!${left}`)

const SPELLINGS: Record<Spelling, (left: string, operator: RowOperator, right: string) => string> = {
  Python(left, operator, right) {
    if (operator === 'contains') return `${right} in ${left}`
    if (operator === 'not contains') return `${right} not in ${left}`
    return operator === 'startswith' ? `${left}.startswith(${right})` : `${left} ${operator} ${right}`
  },
  JavaScript(left, operator, right) {
    if (operator === 'contains') return `${left}?.includes(${right})`
    if (operator === 'not contains') return `!${left}?.includes(${right})`
    if (operator === 'in') return `${right}.includes(${left})`
    if (operator === 'not in') return `!${right}.includes(${left})`
    return operator === 'startswith' ? `${left}?.startsWith(${right})` : `${left} ${operator} ${right}`
  },
}

export function spellSubject({ owner, field, over }: Subject): string {
  if (over === undefined) return `${owner}.${field}`
  const table = owner === 'doc' ? field : `${owner}.${field}`
  return over.column === '' ? `${over.function}(${table})` : `${over.function}(${table}.${over.column})`
}

function spellOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'text':
      return quoted(operand.text)
    case 'number':
      return operand.digits
    case 'truth':
      return operand.truth ? 'true' : 'false'
    case 'list':
      return `[${operand.items.map(spellOperand).join(', ')}]`
    case 'today':
      return operand.days === 0 ? 'today()' : `add_days(today(), ${operand.days})`
    case 'subject':
      return spellSubject(operand.subject)
  }
}

function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
  return `'${escaped.replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r')}'`
}
