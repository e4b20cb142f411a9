import { expect, test } from 'vitest'

import { found, groups } from './entries'

const titles = (search: string): string[] => found(search).flatMap((group) => group.entries.map((entry) => entry.title()))

test('settings are found by words of their text, also by those that only help to find them', () => {
  expect(titles('smtp')).toEqual(['Mail accounts'])
  expect(titles('public holidays country')).toEqual(['Holidays'])
  expect(titles('GDPR erasure')).toEqual(['Report and erasure for a person'])
  expect(titles('nothing like it')).toEqual([])
  expect(titles('')).toHaveLength(groups.flatMap((group) => group.entries).length)
})

test('what cannot be undone is found by that', () => {
  expect(titles('cannot be undone')).toContain('Report and erasure for a person')
})
