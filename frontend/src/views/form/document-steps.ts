// Submit, cancel, amend: which of them a document is due for, by its status.
import type { Meta } from '@/metadata/doctype'

export type Step = 'submit' | 'cancel' | 'amend'

const BY_STATUS: readonly Step[] = ['submit', 'cancel', 'amend']

/** Under a workflow its actions submit and cancel; null where nothing is due. */
export function dueStep(meta: Meta, status: number): Step | null {
  const step = meta.doctype.is_submittable ? (BY_STATUS[status] ?? null) : null
  return step === 'amend' || meta.workflow === null ? step : null
}
