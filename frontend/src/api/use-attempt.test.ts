import { expect, it } from 'vitest'

import { ApiError } from './errors'

import { useAttempt } from './use-attempt'

it('tells what was refused and forgets it with the next attempt', async () => {
  const { busy, problem, attempt } = useAttempt()
  expect(await attempt(() => Promise.reject(new ApiError(401, 'AuthenticationError', '密码不正确。')))).toBe(false)
  expect([problem.value, busy.value]).toEqual(['密码不正确。', false])
  expect(await attempt(() => Promise.resolve())).toBe(true)
  expect(problem.value).toBe('')
})
