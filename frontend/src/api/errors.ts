// What the server refused and why, read from the error bodies of the REST contract.
import { t } from '@/shared/i18n'
import { plainText } from '@/shared/text'

export interface FieldError {
  field: string | null
  /** Child row the error belongs to: the table's fieldname and the row's position, counted from 1. */
  row: { table: string; idx: number } | null
  message: string
  code: string
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    readonly fields: readonly FieldError[] = [],
    readonly requestId: string | null = null,
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

type Body = Record<string, unknown>

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value)

const textOf = (value: unknown): string => (typeof value === 'string' ? plainText(value) : '')

function parseJson(text: unknown): unknown {
  if (typeof text !== 'string') return text
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Messages of `_server_messages`: a JSON list whose elements are JSON objects again. */
export function serverMessages(value: unknown): string[] {
  const list = parseJson(value)
  if (!Array.isArray(list)) return []
  return list.map((entry) => parseJson(entry)).map((entry) => textOf(isBody(entry) ? entry['message'] : entry)).filter(Boolean)
}

/** One entry of `errors`; its message is plain text, unlike those of `_server_messages`. */
function parseFieldError(entry: unknown): FieldError | null {
  if (!isBody(entry) || typeof entry['message'] !== 'string') return null
  const { field, table, row, code } = entry
  const inTable = typeof table === 'string' && typeof row === 'number'
  return { field: typeof field === 'string' ? field : null, row: inTable ? { table, idx: row } : null, message: entry['message'], code: textOf(code) }
}

/** What is said where the field stands: it is named there already. */
export const fieldErrorText = ({ code, message }: FieldError): string => (code === 'MandatoryError' ? t('Fill in this field.') : message)

const exceptionText = (value: unknown): string => textOf(value).replace(/^[\w.]+(Error|Exception|Required)?:\s+/, '')

const STATUS_TEXT: Record<number, () => string> = {
  0: () => t('The server cannot be reached. Check the connection and try again.'),
  401: () => t('You are not signed in. Sign in and try again.'),
  403: () => t('You are not allowed to do this. Ask an administrator for the permission.'),
  404: () => t('This does not exist, or you are not allowed to see it.'),
  409: () => t('This clashes with what is stored by now. Reload and try again.'),
  413: () => t('This is too large to be sent.'),
  429: () => t('Too many requests. Wait a moment and try again.'),
  503: () => t('The server is busy or being updated. Try again in a moment.'),
}

function fallbackText(status: number): string {
  return STATUS_TEXT[status]?.() ?? t('The server could not do this. Try again; if it stays, tell an administrator.')
}

/** The error that stands for an answer with a failure status. */
export function parseError(status: number, body: unknown, requestId: string | null): ApiError {
  if (!isBody(body)) return new ApiError(status, 'ServerError', fallbackText(status), [], requestId)
  const listed = Array.isArray(body['errors']) ? body['errors'] : []
  const fields = listed.map(parseFieldError).filter((error) => error !== null)
  const messages = [...new Set(fields.length > 0 ? fields.map((error) => error.message) : serverMessages(body['_server_messages']))]
  const message =
    messages.join('\n') || textOf(body['message']) || exceptionText(body['exception']) || fallbackText(status)
  const id = typeof body['request_id'] === 'string' ? body['request_id'] : requestId
  return new ApiError(status, textOf(body['exc_type']) || 'ServerError', message, fields, id)
}

/** The sentence to show for anything that was thrown. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return fallbackText(-1)
  return error.status >= 500 && error.requestId !== null
    ? `${error.message} (${t('request {id}', { id: error.requestId })})`
    : error.message
}
