// Faults of a workflow, sorted to the state or transition that they are about.
import type { WorkflowProblem } from '@/api/studio-workflows'

import type { Flow } from './flow'

export interface Sorted {
  /** By key of a state or transition. */
  at: Map<string, WorkflowProblem[]>
  /** About the workflow as a whole. */
  other: WorkflowProblem[]
}

/** A fault that names an action is about transitions, else about a state. */
export function sortProblems(flow: Flow, problems: readonly WorkflowProblem[]): Sorted {
  const sorted: Sorted = { at: new Map(), other: [] }
  for (const problem of problems) {
    const keys = keysOf(flow, problem)
    if (keys.length === 0) sorted.other.push(problem)
    for (const key of keys) sorted.at.set(key, [...(sorted.at.get(key) ?? []), problem])
  }
  return sorted
}

function keysOf(flow: Flow, { state, action, next }: WorkflowProblem): string[] {
  const names = new Map(flow.states.map((one) => [one.key, one.name]))
  if (action !== null || next !== null) {
    const fits = flow.transitions.filter(
      (one) => names.get(one.from) === state && (action === null || one.action === action) && (next === null || names.get(one.to) === next),
    )
    return fits.map((one) => one.key)
  }
  return flow.states.filter((one) => one.name === state).map((one) => one.key)
}

export const worst = (problems: readonly WorkflowProblem[] | undefined): 'error' | 'warning' | null =>
  problems === undefined || problems.length === 0 ? null : problems.some((one) => one.level === 'error') ? 'error' : 'warning'
