// A condition as rows "field – operator – value" in groups of which all or any must hold.
export type Owner = 'doc' | 'parent' | 'before'

/** What stands on the left: a field, or one value over the rows of a child table. */
export interface Subject {
  owner: Owner
  field: string
  over?: { function: Aggregate; column: string }
}

/** `column` of an aggregate is empty where rows are counted. */
export type Aggregate = 'count' | 'sum' | 'min' | 'max' | 'avg'

export type RowOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in' | 'contains' | 'not contains' | 'startswith' | 'set' | 'not set'

export type Operand =
  | { kind: 'text'; text: string }
  /** `digits` is exact: no number of JavaScript. */
  | { kind: 'number'; digits: string }
  | { kind: 'truth'; truth: boolean }
  | { kind: 'list'; items: Operand[] }
  /** So many days from the day of the clock. */
  | { kind: 'today'; days: number }
  | { kind: 'subject'; subject: Subject }

export interface ConditionRow {
  kind: 'row'
  subject: Subject
  operator: RowOperator
  /** Null where the operator needs none. */
  operand: Operand | null
}

export interface ConditionGroup {
  kind: 'group'
  match: 'all' | 'any'
  parts: ConditionPart[]
}

export type ConditionPart = ConditionRow | ConditionGroup

/** Frappe's browser conditions (`depends_on`, after "eval:") are JavaScript, everything else is Python. */
export type Spelling = 'Python' | 'JavaScript'

export const isUnary = (operator: RowOperator): boolean => operator === 'set' || operator === 'not set'

export const emptyGroup = (): ConditionGroup => ({ kind: 'group', match: 'all', parts: [] })
