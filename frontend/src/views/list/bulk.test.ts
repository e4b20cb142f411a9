import { expect, it } from 'vitest'

import { ApiError } from '@/api/errors'

import { useBulk } from './bulk'

it('goes on after a refusal and tells each result', async () => {
  const { run, start } = useBulk()
  await start('删除', ['A', 'B', 'C'], (name) => (name === 'B' ? Promise.reject(new ApiError(417, 'LinkExistsError', '仍被引用')) : Promise.resolve()))
  expect(run.value?.outcomes).toEqual([
    { name: 'A', refusal: '' },
    { name: 'B', refusal: '仍被引用' },
    { name: 'C', refusal: '' },
  ])
  expect(run.value?.running).toBe(false)
})

it('stops between two records', async () => {
  const { run, start, stop } = useBulk()
  await start('x', ['A', 'B', 'C'], () => {
    stop()
    return Promise.resolve()
  })
  expect(run.value?.outcomes.map(({ name }) => name)).toEqual(['A'])
})
