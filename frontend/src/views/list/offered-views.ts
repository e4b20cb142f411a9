// Which views a DocType has the fields for.
import { boardFields, dateFields, treeParent } from '@/metadata/aggregates'
import { may } from '@/metadata/doctype'
import type { Meta } from '@/metadata/doctype'

import type { ViewKind } from './list-state'

const NEEDS: Record<ViewKind, (meta: Meta) => boolean> = {
  list: () => true,
  kanban: (meta) => boardFields(meta).length > 0,
  calendar: (meta) => dateFields(meta).length > 0,
  tree: (meta) => treeParent(meta) !== null,
  report: (meta) => may(meta, 'report'),
}

export function offeredViews(meta: Meta): ViewKind[] {
  return (Object.keys(NEEDS) as ViewKind[]).filter((kind) => NEEDS[kind](meta))
}
