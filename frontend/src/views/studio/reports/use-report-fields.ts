// The fields that a report can show: those of the DocType, of its tables, and of the documents that it links to.
import { computed, shallowRef, watch } from 'vue'
import type { ComputedRef, ShallowRef } from 'vue'

import { fieldLabel, hasColumn } from '@/metadata/doctype'
import type { DocField, DocType, Meta } from '@/metadata/doctype'
import { useMetaSource } from '@/metadata/source'
import { t } from '@/shared/i18n'

export interface OfferedField {
  path: string
  /** With the way to it: "Customer → Territory". */
  label: string
  field: DocField
}

export interface FieldGroup {
  label: string
  fields: OfferedField[]
}

export interface ReportFields {
  meta: ShallowRef<Meta | null>
  groups: ComputedRef<FieldGroup[]>
  find: (path: string) => OfferedField | undefined
  /** Table fields of the DocType. */
  tables: ComputedRef<ReadonlySet<string>>
  /** Links behind links and rows that can be followed further. */
  further: ComputedRef<OfferedField[]>
  /** Offers what lies behind a link, and behind all links on the way to it. */
  extend: (path: string) => Promise<void>
}

const NAME: DocField = { fieldname: 'name', fieldtype: 'Data' }
const standard = (): DocField[] => [
  { ...NAME, label: t('ID') },
  { fieldname: 'owner', fieldtype: 'Link', options: 'User', label: t('Created by') },
  { fieldname: 'creation', fieldtype: 'Datetime', label: t('Created') },
  { fieldname: 'modified', fieldtype: 'Datetime', label: t('Modified') },
]

function open(doctype: DocType, levels: readonly number[]): DocField[] {
  return doctype.fields.filter((field) => hasColumn(field) && field.fieldtype !== 'Password' && levels.includes(field.permlevel ?? 0))
}

/** Links behind one another that a report may follow. */
const MOST_STEPS = 4

/** `way` carries its whole path as its name and the way to it as its label. */
const behind = (way: DocField, fields: readonly DocField[]): FieldGroup => ({
  label: fieldLabel(way),
  fields: fields.map((field) => {
    const [path, label] = [`${way.fieldname}.${field.fieldname}`, `${fieldLabel(way)} → ${fieldLabel(field)}`]
    return { path, label, field: { ...field, fieldname: path, label } }
  }),
})

export function useReportFields(doctype: () => string): ReportFields {
  const source = useMetaSource()
  const meta = shallowRef<Meta | null>(null)
  const linked = shallowRef<FieldGroup[]>([])

  const own = computed<OfferedField[]>(() =>
    meta.value === null ? [] : [...standard(), ...open(meta.value.doctype, meta.value.readable_levels)].map((field) => ({ path: field.fieldname, label: fieldLabel(field), field })),
  )
  const tableFields = computed(() => meta.value?.doctype.fields.filter(({ fieldtype }) => fieldtype === 'Table') ?? [])
  const rows = computed(() => tableFields.value.flatMap((table) => {
    const child = meta.value?.children[table.options ?? '']
    return child === undefined ? [] : [behind(table, open(child, meta.value!.readable_levels))]
  }))
  const groups = computed(() => [{ label: t('Of the document'), fields: own.value }, ...rows.value, ...linked.value].filter(({ fields }) => fields.length > 0))
  const byPath = computed(() => new Map(groups.value.flatMap(({ fields }) => fields).map((one) => [one.path, one])))

  const followed = computed(() => new Set([...byPath.value.keys()].filter((path) => path.includes('.')).map((path) => path.slice(0, path.lastIndexOf('.')))))
  const further = computed(() =>
    [...byPath.value.values()].filter(({ path, field }) => field.fieldtype === 'Link' && path.includes('.') && path.split('.').length <= MOST_STEPS && !followed.value.has(path)),
  )

  async function extend(path: string): Promise<void> {
    const steps = path.split('.')
    for (let count = 2; count <= steps.length; count += 1) {
      const way = byPath.value.get(steps.slice(0, count).join('.'))
      if (way?.field.fieldtype !== 'Link' || followed.value.has(way.path)) continue
      const group = await follow(way.field)
      if (group !== null) linked.value = [...linked.value, group]
    }
  }

  async function follow(field: DocField): Promise<FieldGroup | null> {
    // What may not be read is not offered.
    const target = await source.load(field.options ?? '').catch(() => null)
    return target === null ? null : behind(field, open(target.doctype, target.readable_levels))
  }

  watch(
    doctype,
    async (name) => {
      meta.value = null
      linked.value = []
      if (name === '') return
      const found = await source.load(name).catch(() => null)
      if (name !== doctype()) return
      meta.value = found
      const links = found === null ? [] : open(found.doctype, found.readable_levels).filter(({ fieldtype }) => fieldtype === 'Link')
      const behindLinks = (await Promise.all(links.map(follow))).filter((one) => one !== null)
      if (name === doctype()) linked.value = behindLinks
    },
    { immediate: true },
  )

  return { meta, groups, find: (path) => byPath.value.get(path), tables: computed(() => new Set(tableFields.value.map(({ fieldname }) => fieldname))), further, extend }
}
