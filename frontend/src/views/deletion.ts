// What a person reads before and after deleting, and the way back.
import { call } from '@/api/client'
import { errorText } from '@/api/errors'
import type { Meta } from '@/metadata/doctype'
import { notify, notifyUndoable, warn } from '@/shared/feedback'
import { t } from '@/shared/i18n'

/** What to expect, before somebody agrees. */
export function deletionText(meta: Meta): string {
  return meta.undeletes === true ? t('You can undo this for an hour. Comments, files and shares do not come back.') : t('This cannot be undone.')
}

/** Tells that it is done, with a button that takes it back where that is possible. */
export function tellDeleted(meta: Meta, message: string, takeBack: () => void): void {
  if (meta.undeletes === true) notifyUndoable(message, takeBack)
  else notify(message)
}

/** Brings documents back, one after the other, tells how many and what hindered the rest; answers which are back. */
export async function takeBackDeletions(doctype: string, names: readonly string[]): Promise<string[]> {
  const back: string[] = []
  for (const name of names) {
    try {
      await call('crm.deleted.undo', { doctype, name })
      back.push(name)
    } catch (failure) {
      warn(errorText(failure))
    }
  }
  if (back.length > 0) notify(t('{count} records are back', { count: back.length }))
  return back
}
