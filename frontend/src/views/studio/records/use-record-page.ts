// The page of a record that is shaped in the studio: opened by its address, saved, taken back, guarded while it is not saved.
import { shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import { useRouter } from 'vue-router'

import { asText } from '@/api/resource'
import type { Doc } from '@/api/resource'
import { useSession } from '@/api/session'
import type { Meta } from '@/metadata/doctype'
import { useMetaSource } from '@/metadata/source'
import { notify } from '@/shared/feedback'
import { t } from '@/shared/i18n'

import { useLeaveGuard } from '../../form/use-leave-guard'
import { useRecord } from './use-record'
import type { ShapedRecord } from './use-record'

export interface RecordPageOptions {
  doctype: string
  /** Of the address; undefined for one that is new. */
  name: () => string | undefined
  /** What a new one is called until it has a name. */
  newTitle: string
  begin: () => Doc
  /** The record as it is sent. */
  body: () => Doc
  pathOf: (name: string) => string
  /** What stands in the database came anew: opened, saved or taken back. */
  renewed?: () => void
}

export interface RecordPage extends ShapedRecord {
  doctype: string
  title: () => string
  /** Of the DocType whose record is shaped. */
  meta: ShallowRef<Meta | null>
  open: () => Promise<void>
  store: () => Promise<void>
  takeBack: () => Promise<void>
}

export function useRecordPage(options: RecordPageOptions): RecordPage {
  const session = useSession()
  const router = useRouter()
  const source = useMetaSource()
  const record = useRecord(options.doctype)
  const meta = shallowRef<Meta | null>(null)
  const nameOf = (): string => asText(record.stored.value?.['name'])

  function title(): string {
    const name = options.name()
    return name === undefined ? options.newTitle : session.label(name)
  }

  async function open(): Promise<void> {
    document.title = `${title()} · ${session.boot.site_name}`
    const [found] = await Promise.all([source.load(options.doctype), record.load(options.name() ?? null, options.begin)])
    meta.value = found
    options.renewed?.()
  }

  async function store(): Promise<void> {
    const isNew = record.stored.value === null
    if (!(await record.save(options.body()))) return
    options.renewed?.()
    notify(t('Saved'))
    if (isNew) await router.replace(options.pathOf(nameOf()))
  }

  async function takeBack(): Promise<void> {
    if (await record.reset()) options.renewed?.()
  }

  watch(options.name, (name) => name === nameOf() || open(), { immediate: true })
  useLeaveGuard(() => record.dirty.value, () => undefined)

  return { ...record, doctype: options.doctype, title, meta, open, store, takeBack }
}
