// Expressions under work: compiled by the server, checked against a DocType, tried on a real document.
import { call } from './client'
import type { Row } from './resource'

export interface ExpressionFault {
  message: string
  line: number | null
  column: number | null
}

export interface TracedPart {
  text: string
  value: unknown
}

export interface ExpressionAnswer {
  /** Compiled form; null when the text does not compile. */
  tree: unknown
  fault: ExpressionFault | null
  /** Of the document that it was tried on. */
  value: unknown
  holds: boolean | null
  /** The whole first, then its parts. */
  trace: TracedPart[]
}

export interface ExpressionQuestion {
  expression: string
  doctype: string
  /** Fields of a definition that is not live yet. */
  fields?: readonly Row[] | undefined
  /** Document to try it on. */
  name?: string
  /** The field whose formula it is. */
  field?: string
  /** It is about a change and may read `before`. */
  of_change?: boolean
}

/** @throws ApiError when the server refuses the question itself; a faulty expression is an answer */
export function checkExpression(question: ExpressionQuestion): Promise<ExpressionAnswer> {
  return call<ExpressionAnswer>('crm.studio.expression', question)
}

export interface RollupQuestion {
  rollup: Row
  doctype: string
  /** Fields of the definition under work, and which of them it is. */
  fields: readonly Row[]
  field: string
  name: string
}

export interface RollupAnswer {
  fault: ExpressionFault | null
  value: unknown
  /** How many documents or rows it went over, and how many of them count; null without a document. */
  rows: number | null
  matching: number | null
}

/** @throws ApiError for what the person may not read */
export function tryRollup(question: RollupQuestion): Promise<RollupAnswer> {
  return call<RollupAnswer>('crm.studio.rollup', question)
}
