// The browser's side of the parity test of computed fields.
import type { Doc } from '../../frontend/src/api/resource'
import { computed } from '../../frontend/src/metadata/computed'
import type { Meta } from '../../frontend/src/metadata/doctype'

interface Case {
  readonly meta: Meta
  readonly now: string
  readonly docs: readonly Doc[]
}

export function computeAll({ meta, now, docs }: Case): Doc[] {
  return docs.map((doc) => computed(meta, doc, now))
}
