// Everything that the header of a form does with the document.
import { ref } from 'vue'
import type { Ref } from 'vue'
import { useRouter } from 'vue-router'

import { asText } from '@/api/resource'
import type { Doc } from '@/api/resource'
import { useSession } from '@/api/session'
import type { DocTypeEntry } from '@/api/session'
import type { Meta, PackAction } from '@/metadata/doctype'
import { duplicate } from '@/metadata/documents'
import { recordTitle, titleField } from '@/metadata/titles'
import { confirm, notify } from '@/shared/feedback'
import { t } from '@/shared/i18n'
import { documentPath, listPath, newPath } from '@/shared/routes'

import { deletionText, takeBackDeletions, tellDeleted } from '../deletion'

import type { Actions } from './use-actions'
import type { DocumentModel } from './use-document'
import { handOver } from './use-draft'

export interface FormActions {
  save: () => Promise<void>
  submit: () => Promise<void>
  cancel: () => Promise<void>
  amend: () => Promise<void>
  duplicate: () => Promise<void>
  remove: () => Promise<void>
  reload: () => void
  act: (action: string) => Promise<void>
  run: (action: Runnable, more?: Record<string, string>) => Promise<void>
  /** Stores own changes over the version that somebody else stored. */
  resolve: (latest: Doc, kept: Doc) => Promise<void>
  /** Set while an action itself leads elsewhere: then nobody is asked about unsaved changes. */
  leaving: Ref<boolean>
  /** Counts what was stored, so that panels read anew. */
  revision: Ref<number>
}

interface Form {
  entry: DocTypeEntry
  meta: Meta
  model: DocumentModel
  workflow: Actions
  /** Shows what is wrong. */
  showFailure: () => Promise<void>
  reload: () => void
}

type Runnable = Pick<PackAction, 'label' | 'method'> & Partial<Pick<PackAction, 'confirm'>>

const agreed = (title: string, message: string, action: string, danger = false): Promise<boolean> => confirm({ title, message, confirm: action, danger })

export function useFormActions({ entry, meta, model, workflow, showFailure, reload }: Form): FormActions {
  const router = useRouter()
  const { boot, label } = useSession()
  const leaving = ref(false)
  const revision = ref(0)
  const name = (): string => asText(model.stored.value['name'])

  async function goTo(path: string): Promise<void> {
    leaving.value = true
    await router.push(path)
    leaving.value = false
  }

  async function done(work: Promise<boolean>, message: string): Promise<void> {
    const wasNew = model.isNew.value
    if (!(await work)) {
      await showFailure()
      return
    }
    notify(message)
    revision.value += 1
    if (wasNew) await goTo(documentPath(entry.name, name()))
    else await workflow.refresh()
  }

  async function submit(): Promise<void> {
    const sure = await agreed(t('Submit?'), t('A submitted document can no longer be changed freely.'), t('Submit'))
    if (sure) await done(model.save({ docstatus: 1 }), t('Submitted'))
  }

  async function cancel(): Promise<void> {
    const sure = await agreed(t('Cancel this document?'), t('A cancelled document cannot be used again; amend it to continue.'), t('Cancel document'), true)
    if (sure) await done(model.save({ docstatus: 2 }), t('Cancelled'))
  }

  function copy(source: Doc, more: Doc = {}): Promise<void> {
    handOver(entry.name, { ...duplicate(meta, source, boot), ...more })
    return goTo(newPath(entry.name))
  }

  async function remove(): Promise<void> {
    const gone = recordTitle(titleField(meta), model.stored.value)
    const deleted = name()
    if (!(await agreed(t('Delete {name}?', { name: gone }), deletionText(meta), t('Delete'), true)) || !(await model.remove())) return
    await goTo(listPath(entry.name))
    tellDeleted(meta, t('Deleted {name}', { name: gone }), () => void restore(deleted))
  }

  async function restore(deleted: string): Promise<void> {
    const back = await takeBackDeletions(entry.name, [deleted])
    if (back.length > 0) await router.push(documentPath(entry.name, deleted))
  }

  async function run(action: Runnable, more?: Record<string, string>): Promise<void> {
    if (action.confirm && !(await agreed(`${action.label}?`, action.confirm, action.label))) return
    const answer = await model.run(action.method, more)
    if (answer === null) return
    notify(answer.said || t('Done: {action}', { action: action.label }))
    if (answer.to !== '' && router.resolve(answer.to).path !== router.currentRoute.value.path) return goTo(answer.to)
    reload()
  }

  function resolve(latest: Doc, kept: Doc): Promise<void> {
    model.adopt(latest)
    model.resume(kept, latest['modified'])
    return Object.keys(kept).length > 0 ? done(model.save(), t('Saved')) : Promise.resolve()
  }

  return {
    save: () => done(model.save(), t('Saved')),
    submit,
    cancel,
    amend: () => copy(model.stored.value, { amended_from: name() }),
    duplicate: () => copy(model.doc.value),
    remove,
    reload,
    run,
    act: (action) => done(model.act(action), t('Done: {action}', { action: label(action) })),
    resolve,
    leaving,
    revision,
  }
}
