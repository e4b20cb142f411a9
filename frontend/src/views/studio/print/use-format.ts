// One Print Format in the editor: its values, by blocks or by code, undo and redo, and saving.
import { computed } from 'vue'
import type { ComputedRef, ShallowRef } from 'vue'

import { asText, createDocument, updateDocument } from '@/api/resource'
import type { Doc, Row, Value } from '@/api/resource'
import type { Meta } from '@/metadata/doctype'

import { isSame } from '../definitions'
import { useHistory } from '../use-history'
import { readBlocks, standardBlocks, writeBlocks } from './blocks'
import type { Block } from './blocks'
import { templateOf } from './template'

export const DOCTYPE = 'Print Format'

/** What of a format is being edited. */
export type Part = 'template' | 'page' | 'versions'

/** The paper beside the editor: which document, in which language, on which letterhead. */
export interface Sample {
  document: string
  language: string
  letterhead: string
}

/** What the editor writes; everything else of the record stays. */
const WRITTEN = [
  'doc_type', 'html', 'css', 'format_data', 'page_size', 'orientation', 'margin_top', 'margin_right', 'margin_bottom', 'margin_left',
  'font', 'font_size', 'page_number', 'default_print_language', 'disabled',
] as const

export interface FormatWork {
  values: ShallowRef<Row>
  /** Null for a format by code. */
  blocks: ComputedRef<Block[] | null>
  isDirty: ComputedRef<boolean>
  canUndo: ComputedRef<boolean>
  canRedo: ComputedRef<boolean>
  undo: () => void
  redo: () => void
  set: (field: string, value: Value) => void
  setBlocks: (blocks: readonly Block[], edit?: string) => void
  /** Goes on by code: the blocks are given up. */
  toCode: () => void
  /** Starts anew from the generated format. */
  toBlocks: () => void
  save: (name: string) => Promise<Doc>
}

/** `stored` is null for a format that nobody has saved yet. */
export function useFormat(stored: Doc | null, meta: Meta): FormatWork {
  const first: Row = stored === null ? startOf(meta) : Object.fromEntries(WRITTEN.map((field) => [field, stored[field]]))
  const { state: values, change, ...steps } = useHistory(first)
  const changed = computed(() => WRITTEN.filter((field) => !isSame(first[field], values.value[field])))

  const setBlocks = (blocks: readonly Block[], edit = ''): void => change({ ...values.value, ...written(blocks, meta) }, edit && `block ${edit}`)

  function save(name: string): Promise<Doc> {
    if (stored === null) return createDocument(DOCTYPE, { ...values.value, name, standard: 'No', custom_format: 1, print_format_type: 'Jinja' })
    const body = Object.fromEntries(changed.value.map((field) => [field, values.value[field]]))
    return updateDocument(DOCTYPE, name, { ...body, modified: stored['modified'] })
  }

  return {
    values,
    blocks: computed(() => blocksOf(values.value, meta)),
    isDirty: computed(() => stored === null || changed.value.length > 0),
    ...steps,
    set: (field, value) => change({ ...values.value, [field]: value }, field),
    setBlocks,
    toCode: () => change({ ...values.value, format_data: '' }),
    toBlocks: () => setBlocks(standardBlocks(meta)),
    save,
  }
}

const written = (blocks: readonly Block[], meta: Meta): Row => ({ ...templateOf(blocks, meta), format_data: writeBlocks(blocks) })

function startOf(meta: Meta): Row {
  const margins = { margin_top: 15, margin_right: 15, margin_bottom: 15, margin_left: 15 }
  return { doc_type: meta.doctype.name, ...written(standardBlocks(meta), meta), page_size: '', orientation: 'Portrait', ...margins, page_number: 'Bottom Right' }
}

/** A template that was changed elsewhere is not what the blocks say any more: the code counts. */
function blocksOf(values: Row, meta: Meta): Block[] | null {
  const blocks = readBlocks(asText(values['format_data']))
  return blocks !== null && templateOf(blocks, meta).html === asText(values['html']) ? blocks : null
}
