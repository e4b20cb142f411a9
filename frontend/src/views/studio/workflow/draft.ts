// A shaped workflow as a draft: its record, names of states and actions that are new, and other workflows switched off.
import type { Definition, Draft, Key } from '@/api/plans'
import { asText } from '@/api/resource'
import type { Row } from '@/api/resource'
import type { Ground } from '@/api/studio-workflows'

import { bodyOf } from './flow'
import type { Flow } from './flow'

/** The states that documents may be in: those of the workflow in force, and of the one that is shaped. */
export function statesBefore(body: Row, ground: Ground): string[] {
  const own = Array.isArray(body['states']) ? body['states'].map((row) => asText(row['state'])) : []
  return [...new Set([...Object.keys(ground.used), ...own])]
}

function newNames(flow: Flow, ground: Ground): Definition[] {
  const states = new Set(ground.states.map((one) => one.name))
  const actions = new Set(ground.actions)
  const missing = new Map(flow.states.filter((one) => !states.has(one.name)).map((one) => [one.name, one.style]))
  const unnamed = new Set(flow.transitions.map((one) => one.action).filter((action) => action !== '' && !actions.has(action)))
  return [
    ...[...missing].map(([name, style]) => ({ doctype: 'Workflow State', name, workflow_state_name: name, style })),
    ...[...unnamed].map((name) => ({ doctype: 'Workflow Action Master', name, workflow_action_name: name })),
  ]
}

/** What is written; nothing when the record is as it was. `before` is the record that the work began with (null: a new one). */
export function draftOf(flow: Flow, before: Flow | null, had: readonly string[], ground: Ground): Draft {
  if (flow.isRemoved) return { definitions: [], removed: [['Workflow', flow.name] satisfies Key] }
  const body = bodyOf(flow, had)
  if (before !== null && JSON.stringify(bodyOf(before, had)) === JSON.stringify(body)) return { definitions: [], removed: [] }
  const others = flow.isActive ? ground.others.filter((one) => asText(one['name']) !== flow.name) : []
  return { definitions: [...newNames(flow, ground), ...others, body], removed: [] }
}
