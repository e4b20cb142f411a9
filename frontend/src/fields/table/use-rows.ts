// The rows of a table as the form holds them at this moment, and the change of a cell with what a chosen link brings along.
import { computed } from 'vue'
import type { ComputedRef } from 'vue'

import type { Row, Value } from '@/api/resource'
import type { DocField, DocType } from '@/metadata/doctype'

import type { FormContext } from '../contract'
import { answered, identified, setCell } from './rows'

export interface TableRows {
  rows: ComputedRef<Row[]>
  change: (position: number, field: DocField, value: Value) => Promise<void>
}

export function useRows(form: FormContext, table: string, child: () => DocType | undefined, update: (rows: Row[]) => void): TableRows {
  // Not the property of the control, which changes a moment later: of two answers in one moment the second would undo the first.
  const rows = computed<Row[]>(() => {
    const held = form.document()[table]
    return Array.isArray(held) ? held : []
  })

  async function change(position: number, field: DocField, value: Value): Promise<void> {
    const isLink = field.fieldtype === 'Link'
    update(setCell(isLink ? identified(rows.value, position, position + 1) : rows.value, position, field.fieldname, value))
    const [asked, fields] = [rows.value[position], child()?.fields]
    if (!isLink || asked === undefined || fields === undefined) return
    const fetched = await form.fetched(fields, field, asked)
    if (Object.keys(fetched).length > 0) update(answered(rows.value, asked, field.fieldname, fetched))
  }

  return { rows, change }
}
