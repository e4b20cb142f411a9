// Lays states out from left to right, those with a place of their own stay there.
import dagre from '@dagrejs/dagre'

import type { Flow, Spot } from './flow'

export const STATE_WIDTH = 168
export const STATE_HEIGHT = 62
const LABEL = { width: 130, height: 30 }

export function arranged(flow: Flow): Record<string, Spot> {
  const graph = new dagre.graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: 70, ranksep: 60, marginx: 20, marginy: 30 })
  for (const state of flow.states) graph.setNode(state.key, { width: STATE_WIDTH, height: STATE_HEIGHT })
  for (const one of flow.transitions) graph.setEdge(one.from, one.to, { ...LABEL, labelpos: 'c' }, one.key)
  dagre.layout(graph)
  const laid = flow.states.map((state) => {
    const node = graph.node(state.key)
    return [state.key, { x: Math.round(node.x - STATE_WIDTH / 2), y: Math.round(node.y - STATE_HEIGHT / 2) }] as const
  })
  return { ...Object.fromEntries(laid), ...flow.spots }
}
