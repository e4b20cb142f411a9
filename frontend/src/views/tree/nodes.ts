// Nodes of a tree: how they are read, called and renamed.
import { asText, listDocuments } from '@/api/resource'
import type { ApiFilter, Row } from '@/api/resource'
import type { DocField, Meta } from '@/metadata/doctype'
import { metaOfNew } from '@/metadata/naming'
import { recordTitle, titleField } from '@/metadata/titles'

import { defaultOrder } from '../list/list-state'
import type { ViewProps } from '../view-props'

export interface Node {
  name: string
  title: string
  parent: string
  /** Whether there can be something below it. */
  isGroup: boolean
}

export type NodeAction = 'add' | 'rename' | 'move'

const MOST = 500

function nodeOf(meta: Meta, parent: string, row: Row): Node {
  const marked = meta.doctype.fields.some(({ fieldname }) => fieldname === 'is_group')
  return { name: asText(row['name']), title: recordTitle(titleField(meta), row), parent: asText(row[parent]), isGroup: !marked || Boolean(row['is_group']) }
}

/** The nodes below one, or at the top. */
export async function childrenOf({ meta, criteria, state }: Pick<ViewProps, 'meta' | 'criteria' | 'state'>, parent: string, above: string | null): Promise<Node[]> {
  const below: ApiFilter = above === null ? [parent, 'is', 'not set'] : [parent, '=', above]
  const fields = ['name', parent, meta.title_field, meta.doctype.fields.some(({ fieldname }) => fieldname === 'is_group') ? 'is_group' : null].filter((name) => name !== null)
  const query = { fields: [...new Set(fields)], ...criteria, filters: [...(criteria.filters ?? []), below], order_by: state.order || defaultOrder(meta.doctype), limit_page_length: MOST }
  return (await listDocuments(meta.doctype.name, query)).map((row) => nodeOf(meta, parent, row))
}

/** The one field that a new node needs; null when it needs more than one, or a kind that no name can be typed into. */
export function nameField(meta: Meta): DocField | null {
  const needed = metaOfNew(meta).doctype.fields.filter((field) => field.reqd && !field.default)
  const [only] = needed
  return needed.length === 1 && only !== undefined && only.fieldtype === 'Data' ? only : null
}

/** What renaming a node means: its title where that is not its name, else its name. */
export function ask(meta: Meta): 'title' | 'name' {
  const fromField = meta.doctype.autoname === `field:${meta.title_field}`
  return meta.title_field !== null && !fromField && meta.title_field !== 'name' ? 'title' : 'name'
}
