// Lays states out from top to bottom; those with a place of their own stay there.
import dagre from '@dagrejs/dagre'

import type { Flow, Spot } from './flow'

export const STATE_WIDTH = 168
export const STATE_HEIGHT = 62
const LABEL = { width: 130, height: 30 }

export interface Arrangement {
  /** Where states stand, by key. */
  spots: Record<string, Spot>
  /** Where the names of transitions stand, by key, as long as both of its states stand where they were laid. */
  labels: Record<string, Spot>
}

export function arranged(flow: Flow): Arrangement {
  const graph = new dagre.graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 60, ranksep: 34, edgesep: 20, marginx: 20, marginy: 20 })
  for (const state of flow.states) graph.setNode(state.key, { width: STATE_WIDTH, height: STATE_HEIGHT })
  for (const one of flow.transitions) graph.setEdge(one.from, one.to, { ...LABEL, labelpos: 'c' }, one.key)
  dagre.layout(graph)
  const laid = flow.states.map((state) => {
    const node = graph.node(state.key)
    return [state.key, { x: Math.round(node.x - STATE_WIDTH / 2), y: Math.round(node.y - STATE_HEIGHT / 2) }] as const
  })
  const untouched = flow.transitions.filter((one) => flow.spots[one.from] === undefined && flow.spots[one.to] === undefined && one.from !== one.to)
  const labels = untouched.map((one) => {
    const { x, y } = graph.edge(one.from, one.to, one.key) as Spot
    return [one.key, { x, y }] as const
  })
  return { spots: { ...Object.fromEntries(laid), ...flow.spots }, labels: Object.fromEntries(labels) }
}
