// Compiled expression → rows; null for one that is more than rows can say.
import type { Aggregate, ConditionGroup, ConditionPart, ConditionRow, Operand, Owner, RowOperator, Subject } from './model'

type Node = readonly unknown[]

const isNode = (value: unknown): value is Node => Array.isArray(value)
const COMPARISONS: readonly unknown[] = ['==', '!=', '<', '<=', '>', '>=']
const TURNED: Partial<Record<RowOperator, RowOperator>> = { in: 'not in', contains: 'not contains', set: 'not set' }

/** The outermost level is always a group, so that there is a place for more rows. */
export function groupOf(tree: unknown): ConditionGroup | null {
  const root = typeof tree === 'object' && tree !== null && 'root' in tree ? tree.root : null
  const part = isNode(root) ? partOf(root) : null
  if (part === null || part.kind === 'group') return part
  return { kind: 'group', match: 'all', parts: [part] }
}

function partOf(node: Node): ConditionPart | null {
  if (node[0] !== 'and' && node[0] !== 'or') return rowOf(node)
  const parts = node.slice(1).map((one) => (isNode(one) ? partOf(one) : null))
  if (!parts.every((part) => part !== null)) return null
  return { kind: 'group', match: node[0] === 'and' ? 'all' : 'any', parts }
}

function rowOf(node: Node): ConditionRow | null {
  const subject = subjectOf(node)
  if (subject !== null) return { kind: 'row', subject, operator: 'set', operand: null }
  if (node[0] === 'not') return turned(node[1])
  if (node[0] === 'compare') return compared(node)
  return node[0] === 'call' && node[1] === 'startswith' ? row(node[2], 'startswith', node[3]) : null
}

function turned(inner: unknown): ConditionRow | null {
  const found = isNode(inner) ? rowOf(inner) : null
  const operator = found === null ? undefined : TURNED[found.operator]
  return found === null || operator === undefined ? null : { ...found, operator }
}

function compared(node: Node): ConditionRow | null {
  const [signs, left, right] = [node[1], node[2], node[3]]
  if (!isNode(signs) || signs.length !== 1) return null
  const sign = signs[0]
  if (COMPARISONS.includes(sign)) return row(left, sign as RowOperator, right)
  if (isNode(left) && left[0] === 'text') return row(right, sign === 'in' ? 'contains' : 'not contains', left)
  return isNode(right) && right[0] === 'list' ? row(left, sign as RowOperator, right) : null
}

function row(left: unknown, operator: RowOperator, right: unknown): ConditionRow | null {
  const [subject, operand] = [isNode(left) ? subjectOf(left) : null, isNode(right) ? operandOf(right) : null]
  return subject === null || operand === null ? null : { kind: 'row', subject, operator, operand }
}

function subjectOf(node: Node): Subject | null {
  if (node[0] === 'field' && node[1] !== 'row') return { owner: node[1] as Owner, field: String(node[2]) }
  if (node[0] !== 'aggregate' || !isNode(node[2]) || node[2][1] === 'row') return null
  const column = columnOf(node[3])
  const table = { owner: node[2][1] as Owner, field: String(node[2][2]) }
  return column === null ? null : { ...table, over: { function: node[1] as Aggregate, column } }
}

/** The column that an aggregate goes over, '' for none; null for an expression per row. */
function columnOf(body: unknown): string | null {
  if (body === undefined) return ''
  return isNode(body) && body[0] === 'field' && body[1] === 'row' ? String(body[2]) : null
}

function operandOf(node: Node): Operand | null {
  if (node[0] === 'text') return { kind: 'text', text: String(node[1]) }
  if (node[0] === 'constant') return typeof node[1] === 'boolean' ? { kind: 'truth', truth: node[1] } : null
  if (node[0] === 'list') return listOf(node.slice(1))
  if (node[0] === 'call') return dayOf(node)
  const digits = digitsOf(node)
  if (digits !== null) return { kind: 'number', digits }
  const subject = subjectOf(node)
  return subject === null ? null : { kind: 'subject', subject }
}

function listOf(nodes: readonly unknown[]): Operand | null {
  const items = nodes.map((one) => (isNode(one) ? operandOf(one) : null))
  return items.every((item) => item !== null && (item.kind === 'text' || item.kind === 'number')) ? { kind: 'list', items } : null
}

function digitsOf(node: Node): string | null {
  if (node[0] === 'number') return String(node[1])
  return node[0] === 'negate' && isNode(node[1]) && node[1][0] === 'number' ? `-${String(node[1][1])}` : null
}

const isToday = (node: unknown): boolean => isNode(node) && node[0] === 'call' && node[1] === 'today'

function dayOf(node: Node): Operand | null {
  if (isToday(node)) return { kind: 'today', days: 0 }
  const digits = node[1] === 'add_days' && isToday(node[2]) && isNode(node[3]) ? digitsOf(node[3]) : null
  return digits !== null && /^-?[0-9]{1,6}$/.test(digits) ? { kind: 'today', days: Number(digits) } : null
}
