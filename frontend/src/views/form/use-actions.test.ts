import { beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/api/errors'
import { getActions } from '@/api/workflow'
import type { WorkflowAction } from '@/api/workflow'

import { field, metaOf } from '../../../tests/examples'
import { useActions } from './use-actions'
import { useDocument } from './use-document'

vi.mock('@/api/workflow', () => ({ getActions: vi.fn(), applyWorkflow: vi.fn() }))

const meta = metaOf([field('title')], { workflow: { state_field: 'state', states: [] } })

function action(name: string, more: Partial<WorkflowAction> = {}): WorkflowAction {
  return { action: name, next_state: 'Next', is_open: 1, reason: '', approvals: [], ...more }
}

async function actionsOf(found: WorkflowAction[]) {
  vi.mocked(getActions).mockResolvedValue(found)
  const model = useDocument(meta)
  model.adopt({ name: 'O-1', modified: 'then' })
  const actions = useActions(meta, model)
  await actions.refresh()
  return actions
}

describe('useActions', () => {
  beforeEach(() => vi.resetAllMocks())

  it('parts open actions from those that say why they are not', async () => {
    const actions = await actionsOf([action('Approve'), action('Reject', { is_open: 0, reason: '只有主管可以这样做。' })])
    expect(actions.open.value.map((found) => found.action)).toEqual(['Approve'])
    expect(actions.closed.value.map((found) => found.reason)).toEqual(['只有主管可以这样做。'])
  })

  it('does not call an action closed that another rule opens, and names each once', async () => {
    const shut = (name: string) => action(name, { is_open: 0, reason: 'no' })
    const actions = await actionsOf([shut('Approve'), action('Approve'), shut('Reject'), shut('Reject')])
    expect(actions.closed.value.map((found) => found.action)).toEqual(['Reject'])
  })

  it('offers nothing when the server refuses to tell', async () => {
    const actions = await actionsOf([action('Approve')])
    vi.mocked(getActions).mockRejectedValue(new ApiError(403, 'PermissionError', 'no'))
    await actions.refresh()
    expect(actions.open.value).toEqual([])
  })
})
