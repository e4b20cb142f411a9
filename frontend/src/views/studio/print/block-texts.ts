// How blocks are called, and what stands beside their name in the list.
import type { Meta } from '@/metadata/doctype'
import { fieldLabel } from '@/metadata/doctype'
import { t } from '@/shared/i18n'

import type { Block, BlockKind } from './blocks'

const TITLES: Record<BlockKind, () => string> = {
  letterhead: () => t('Letterhead'),
  title: () => t('Title'),
  heading: () => t('Heading'),
  text: () => t('Text'),
  fields: () => t('Fields'),
  table: () => t('Table of rows'),
  totals: () => t('Totals'),
  image: () => t('Picture'),
  'page break': () => t('Page break'),
}

export const kindTitle = (kind: BlockKind): string => TITLES[kind]()

export function blockTitle(block: Block, meta: Meta): string {
  const label = (name: string): string => {
    const field = meta.doctype.fields.find(({ fieldname }) => fieldname === name)
    return field === undefined ? name : fieldLabel(field)
  }
  switch (block.kind) {
    case 'heading':
    case 'text':
      return block.text
    case 'fields':
      return block.columns.flat().map(label).join(', ')
    case 'table':
      return label(block.table)
    case 'totals':
      return block.fields.map(label).join(', ')
    case 'image':
      return block.field ? label(block.field) : block.address
    default:
      return ''
  }
}
