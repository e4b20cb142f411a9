import { expect, test } from 'vitest'

import { readLines, readLookup, readValues, valuesOf, writeLines, writeLookup, writeValues } from './rule-values'

test('values, expressions and texts to be translated come back as they were', () => {
  const text = '{"status":"跟进","amount":2,"due_date":{"expression":"add_days(today(), 3)"},"subject":{"translated":"Ask again"},"note":{"a":"b"}}'
  const rows = readValues(text)
  expect(rows).toEqual([
    { field: 'status', how: 'value', value: '跟进' },
    { field: 'amount', how: 'value', value: 2 },
    { field: 'due_date', how: 'expression', value: 'add_days(today(), 3)' },
    { field: 'subject', how: 'translated', value: 'Ask again' },
    { field: 'note', how: 'value', value: { a: 'b' } },
  ])
  expect(writeValues(rows!)).toBe(text)
})

test.each(['[1]', '{', '"text"'])('%s is no table: it is left alone', (text) => {
  expect(readValues(text)).toBeNull()
  expect(readLookup(text)).toBeNull()
})

test('what is not finished is not written', () => {
  expect(readValues(' ')).toEqual([])
  expect(writeValues([{ field: '', how: 'value', value: 1 }])).toBe('')
  expect(writeLookup([{ value: '华东', users: [] }, { value: '', users: ['a'] }])).toBe('')
  expect(valuesOf([{ field: 'a', how: 'expression', value: null }])).toEqual({ a: { expression: '' } })
})

test('a territory has one person or several', () => {
  const text = '{"华东":"li@example.com","*":["wang@example.com","zhao@example.com"]}'
  const rows = readLookup(text)
  expect(rows).toEqual([
    { value: '华东', users: ['li@example.com'] },
    { value: '*', users: ['wang@example.com', 'zhao@example.com'] },
  ])
  expect(writeLookup(rows!)).toBe(text)
})

test('lines are what stands on them', () => {
  expect(readLines(' a\n\n b ')).toEqual(['a', 'b'])
  expect(writeLines(['a', 'b'])).toBe('a\nb')
})
