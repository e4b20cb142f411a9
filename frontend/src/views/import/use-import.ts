// The steps of one import: the file, its columns, its values, the rehearsal, the import itself.
import { computed, ref, shallowRef } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'

import { uploadFile } from '@/api/desk'
import { listMappings, readColumns, readValues, startImport } from '@/api/imports'
import type { ClosedColumn, FileContent, FileOptions, ImportReport, SavedMapping } from '@/api/imports'
import { useAttempt } from '@/api/use-attempt'
import type { Meta } from '@/metadata/doctype'

import { useJob } from '../jobs/use-job'
import type { JobRun } from '../jobs/use-job'
import { fits, mappingOf, newDraft, withMapping, withValues } from './draft'
import type { Draft } from './draft'
import { meanings } from './values'

export const STEPS = ['file', 'columns', 'values', 'check', 'done'] as const
export type StepName = (typeof STEPS)[number]

interface ImportState {
  step: Ref<StepName>
  fileName: Ref<string>
  options: Ref<FileOptions>
  content: ShallowRef<FileContent | null>
  draft: ShallowRef<Draft | null>
  saved: ShallowRef<SavedMapping[]>
  closed: ShallowRef<ClosedColumn[]>
  rehearsal: ShallowRef<ImportReport | null>
  report: ShallowRef<ImportReport | null>
  /** Whether this import was taken back. */
  undone: Ref<boolean>
}

export interface ImportModel extends ImportState {
  busy: Ref<boolean>
  problem: Ref<string>
  run: JobRun<ImportReport>
  unknown: ComputedRef<ClosedColumn[]>
  takeFile: (file: File) => Promise<boolean>
  readAgain: () => Promise<boolean>
  reloadSaved: () => Promise<void>
  toValues: () => Promise<boolean>
  toCheck: () => Promise<void>
  perform: () => Promise<void>
  goTo: (step: StepName) => void
  restart: () => void
}

const noOptions = (): FileOptions => ({ encoding: '', delimiter: '', sheet: '' })

function newState(): ImportState {
  return {
    step: ref('file'),
    fileName: ref(''),
    options: ref(noOptions()),
    content: shallowRef(null),
    draft: shallowRef(null),
    saved: shallowRef([]),
    closed: shallowRef([]),
    rehearsal: shallowRef(null),
    report: shallowRef(null),
    undone: ref(false),
  }
}

export function useImport(meta: Meta): ImportModel {
  const doctype = meta.doctype.name
  const state = newState()
  const { step, fileName, options, content, draft, saved, closed, rehearsal, report, undone } = state
  const { busy, problem, attempt } = useAttempt()
  const run = useJob<ImportReport>()
  let url = ''

  const source = (): FileOptions & { doctype: string; file_url: string } => ({ doctype, file_url: url, ...options.value })

  async function reloadSaved(): Promise<void> {
    // Without them a mapping is made anew.
    saved.value = await listMappings(doctype).catch(() => [])
  }

  async function read(): Promise<void> {
    content.value = await readColumns(source())
    await reloadSaved()
    const first = newDraft(meta, content.value)
    const known = saved.value.find(({ mapping }) => fits(mapping, content.value!))
    draft.value = known === undefined ? first : withMapping(first, known.mapping)
    step.value = 'columns'
  }

  const takeFile = (file: File): Promise<boolean> =>
    attempt(async () => {
      fileName.value = file.name
      content.value = draft.value = null
      url = (await uploadFile(file, {})).file_url
      await read()
    })

  /** Links are found as the server proposes; suggested meanings are taken over until somebody changes them. */
  const toValues = (): Promise<boolean> =>
    attempt(async () => {
      const found = await readValues(source(), mappingOf(draft.value!))
      for (const column of found) draft.value = withValues(draft.value!, column.column, column.field, meanings(column), column.match)
      closed.value = found
      step.value = 'values'
    })

  async function toCheck(): Promise<void> {
    step.value = 'check'
    rehearsal.value = null
    rehearsal.value = await run.follow(startImport(source(), mappingOf(draft.value!), true))
  }

  async function perform(): Promise<void> {
    step.value = 'done'
    report.value = null
    report.value = await run.follow(startImport(source(), mappingOf(draft.value!), false))
  }

  function restart(): void {
    step.value = 'file'
    options.value = noOptions()
    content.value = draft.value = rehearsal.value = report.value = null
    undone.value = false
    problem.value = ''
  }

  return {
    ...state,
    busy,
    problem,
    run,
    unknown: computed(() => closed.value.filter((column) => column.unknown.length > 0)),
    takeFile,
    readAgain: () => attempt(read),
    reloadSaved,
    toValues,
    toCheck,
    perform,
    goTo: (wanted) => void ((step.value = wanted), (problem.value = '')),
    restart,
  }
}
