// Words for parts of a workflow.
import type { Tone } from '@/metadata/states'
import { t } from '@/shared/i18n'

import type { FlowState, FlowTransition } from './flow'

export const STYLES = ['', 'Primary', 'Info', 'Success', 'Warning', 'Danger', 'Inverse'] as const

const TONES: Record<string, Tone> = { Primary: 'info', Info: 'info', Success: 'success', Warning: 'warning', Danger: 'danger' }

/** The colour of a state: its own in this workflow, or that of its name. */
export function toneOf(state: FlowState, known: readonly { name: string; style: string | null }[]): Tone {
  const style = state.style || (known.find((one) => one.name === state.name)?.style ?? '')
  return TONES[style] ?? 'neutral'
}

/** How many have to say yes: "2 approvals", "3 tiers"; empty where one person is enough. */
export function approvalsText({ approvals, tiers }: FlowTransition): string {
  if (tiers.length === 1) return t('one tier')
  if (tiers.length > 0) return t('{count} tiers', { count: String(tiers.length) })
  return approvals > 1 ? t('{count} approvals', { count: String(approvals) }) : ''
}
