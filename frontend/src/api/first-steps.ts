// What a new site still needs before work begins.
import { read } from './client'
import { updateDocument } from './resource'

export interface FirstStep {
  name: string
  title: string
  description: string
  doctype: string
  /** Of settings, which are there once, a field is filled in. */
  single: 0 | 1
  done: 0 | 1
}

/** None for who cannot set up the site, and none when nothing is left. */
export function getFirstSteps(): Promise<FirstStep[]> {
  return read<FirstStep[]>('crm.desk.first_steps')
}

export async function skipStep(name: string): Promise<void> {
  await updateDocument('Onboarding Step', name, { is_skipped: 1 })
}
