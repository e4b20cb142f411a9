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
  /** It is about a change and may read `before`. */
  of_change?: boolean
}

/** @throws ApiError when the server refuses the question itself; a faulty expression is an answer */
export function checkExpression(question: ExpressionQuestion): Promise<ExpressionAnswer> {
  return call<ExpressionAnswer>('crm.studio.expression', question)
}
