import { describe, expect, it } from 'vitest'

import { ApiError, errorText, parseError, serverMessages } from './errors'

const doubled = (...messages: string[]): string =>
  JSON.stringify(messages.map((message) => JSON.stringify({ message, title: 'Message', indicator: 'red' })))

describe('serverMessages', () => {
  it('reads the list of JSON texts and drops mark-up', () => {
    expect(serverMessages(doubled('Qty of <strong>Order</strong> &lt; 1', '客户名称不能为空'))).toEqual(['Qty of Order < 1', '客户名称不能为空'])
  })

  it('is empty for anything else', () => {
    expect(serverMessages(undefined)).toEqual([])
    expect(serverMessages('no json')).toEqual([])
    expect(serverMessages('{"message": "not a list"}')).toEqual([])
  })
})

describe('parseError', () => {
  const body = {
    exc_type: 'MandatoryError',
    exception: 'frappe.exceptions.MandatoryError: whatever',
    _server_messages: doubled('Error: Value missing'),
    errors: [
      { field: 'customer_name', table: null, row: null, code: 'MandatoryError', message: 'Value missing: <客户>' },
      { field: 'qty', table: 'items', row: 2, code: 'NonNegativeError', message: 'Quantity is below 0' },
      { message: 7 },
    ],
  }

  it('keeps the place of every fault', () => {
    const error = parseError(417, body, 'abc')
    expect(error).toBeInstanceOf(ApiError)
    expect(error.type).toBe('MandatoryError')
    expect(error.fields).toEqual([
      { field: 'customer_name', row: null, message: 'Value missing: <客户>', code: 'MandatoryError' },
      { field: 'qty', row: { table: 'items', idx: 2 }, message: 'Quantity is below 0', code: 'NonNegativeError' },
    ])
    expect(error.message).toBe('Value missing: <客户>\nQuantity is below 0')
  })

  it('takes the server messages where no fault is listed', () => {
    expect(parseError(403, { exc_type: 'PermissionError', _server_messages: doubled('No') }, null).message).toBe('No')
  })

  it('takes the message of a refused sign-in', () => {
    const error = parseError(401, { message: 'Invalid login credentials', exc_type: 'AuthenticationError' }, null)
    expect([error.status, error.message]).toEqual([401, 'Invalid login credentials'])
  })

  it('takes the text of the exception without its class', () => {
    expect(parseError(417, { exception: 'frappe.exceptions.DataError: Field not permitted' }, null).message).toBe('Field not permitted')
  })

  it('says something useful for a body that is none', () => {
    expect(parseError(0, null, null).message).toContain('cannot be reached')
    expect(parseError(404, '<html>', null).message).toContain('does not exist')
    expect(parseError(599, [], null).type).toBe('ServerError')
  })
})

describe('errorText', () => {
  it('adds the request only to faults of the server', () => {
    expect(errorText(parseError(500, null, 'r1'))).toContain('r1')
    expect(errorText(parseError(417, { message: 'Bad' }, 'r1'))).toBe('Bad')
  })

  it('never shows what a program error says', () => {
    expect(errorText(new TypeError('x is undefined'))).not.toContain('undefined')
  })
})
