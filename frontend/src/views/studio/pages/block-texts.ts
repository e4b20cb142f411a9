// Names of blocks for people.
import { asText } from '@/api/resource'
import { t } from '@/shared/i18n'

import type { Block, BlockKind } from './page-draft'

const KINDS: Record<BlockKind, { text: () => string; help: () => string }> = {
  shortcut: { text: () => t('Shortcut'), help: () => t('A way to a list, with how many records wait there.') },
  number_card: { text: () => t('Number card'), help: () => t('One number, and how it changed.') },
  chart: { text: () => t('Chart'), help: () => t('Values over time or by groups.') },
  card: { text: () => t('Links'), help: () => t('A card with ways to lists, reports and dashboards.') },
  quick_list: { text: () => t('Short list'), help: () => t('The newest records that pass a condition.') },
  header: { text: () => t('Heading'), help: () => t('Words above what follows.') },
}

export const kindText = (kind: BlockKind): string => KINDS[kind].text()
export const kindHelp = (kind: BlockKind): string => KINDS[kind].help()

export function blockTitle({ row }: Block): string {
  return asText(row['label'] || row['number_card_name'] || row['chart_name'] || row['text'])
}
