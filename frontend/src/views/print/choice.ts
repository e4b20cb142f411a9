// How something is printed: what can be chosen, and what is chosen at first.
import type { PrintChoice } from '@/api/desk'
import type { Meta } from '@/metadata/doctype'
import { languageRecord, t } from '@/shared/i18n'

export type Choice = Pick<PrintChoice, 'format' | '_lang' | 'no_letterhead' | 'letterhead'>

/** The format that the server makes of any definition. */
export const GENERATED = 'Standard'

export function formatsOf(meta: Meta): { name: string; label: string }[] {
  return [...meta.print_formats, { name: GENERATED, label: t('Standard') }]
}

export function firstChoice(meta: Meta): Choice {
  return { format: formatsOf(meta)[0]!.name, _lang: languageRecord(), no_letterhead: 0, letterhead: '' }
}
