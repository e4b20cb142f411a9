import { expect, test } from 'vitest'

import { ACTIONS, actionParts, newAction, newRule, ruleBody, triggerParts, triggered, TRIGGERS } from './rule-parts'

const names = (parts: readonly { field: string }[]): string[] => parts.map(({ field }) => field)

test('what nobody sets off runs with the rights of the system', () => {
  expect(triggered('Schedule')).toEqual({ trigger: 'Schedule', run_as: 'System' })
  expect(triggered('Created')).toEqual({ trigger: 'Created' })
})

test('a form asks only for what its kind reads', () => {
  expect(names(triggerParts({ trigger: 'Date Reached' }))).toEqual(['date_field', 'days_offset', 'hours_offset'])
  expect(triggerParts({ trigger: 'nonsense' })).toEqual([])
  expect(names(actionParts({ action: 'Assign', choose_by: 'Lookup' }))).toEqual(['choose_by', 'lookup_field', 'lookup', 'message'])
  expect(names(actionParts({ action: 'Assign', choose_by: 'Load' }))).toEqual(['choose_by', 'users', 'role', 'user_group', 'user_fields', 'message'])
  expect(names(actionParts({ action: 'Send Mail', email_template: '欢迎' }))).not.toContain('subject')
})

test('every trigger and action says what it does', () => {
  for (const kind of [...Object.values(TRIGGERS), ...Object.values(ACTIONS)]) expect(kind.text() && kind.help()).toBeTruthy()
})

test('what another trigger or action left behind is not sent', () => {
  const notify = { ...newAction('Notify'), name: 'row-1', users: 'a@example.com', subject: '新', webhook: 'old', field_values: '{"a":1}' }
  const body = ruleBody({ ...newRule(), rule_name: '规则', trigger: 'Created', cron: '* * * * *', modified: 'x', actions: [notify] })
  expect(body['cron']).toBeNull()
  expect(body['days_offset']).toBe(0)
  expect(body['modified']).toBeUndefined()
  const [row] = body['actions'] as Record<string, unknown>[]
  expect(row).toMatchObject({ name: 'row-1', action: 'Notify', users: 'a@example.com', subject: '新', webhook: null, field_values: null })
})
