import { beforeEach, expect, it } from 'vitest'

import { onlyNames, recentFirst, recentNames, rememberChoice } from './recent'

beforeEach(() => localStorage.clear())
const entry = (value: string) => ({ value, description: '' })

it('keeps the latest five choices of a person', () => {
  for (const name of ['1', '2', '3', '2', '4', '5', '6']) rememberChoice('anna', 'Customer', name)
  expect(recentNames('anna', 'Customer')).toEqual(['6', '5', '4', '2', '3'])
  expect(recentNames('王芳', 'Customer')).toEqual([])
})

it('offers what is still there of them first', () => {
  const found = recentFirst(['b', 'gone', 'a'], [entry('a'), entry('b')], [entry('c'), entry('a')])
  expect(found.map(({ value }) => value)).toEqual(['b', 'a', 'c'])
})

it('asks within the filters of the field', () => {
  expect(onlyNames(undefined, ['a'])).toEqual({ name: ['in', ['a']] })
  expect(onlyNames({ status: 'Open' }, ['a'])).toEqual({ status: 'Open', name: ['in', ['a']] })
  expect(onlyNames([['status', '=', 'Open']], ['a'])).toEqual([['status', '=', 'Open'], ['name', 'in', ['a']]])
})
