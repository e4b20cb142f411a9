// The way back from a cell that was changed where it stands.
import { errorText } from '@/api/errors'
import { updateDocument } from '@/api/resource'
import type { Doc } from '@/api/resource'
import { notifyUndoable, warn } from '@/shared/feedback'
import { t } from '@/shared/i18n'

/** `before` holds the value that stood there, and the version that took its place. */
export function offerBack(doctype: string, name: string, before: Doc, restored: (doc: Doc) => void): void {
  notifyUndoable(t('Saved'), () => {
    updateDocument(doctype, name, before).then(restored, (failure: unknown) => warn(errorText(failure)))
  })
}
