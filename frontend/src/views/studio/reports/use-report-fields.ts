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
}

const NAME: DocField = { fieldname: 'name', fieldtype: 'Data' }
const standard = (): DocField[] => [
  { ...NAME, label: t('Name') },
  { fieldname: 'owner', fieldtype: 'Link', options: 'User', label: t('Created by') },
  { fieldname: 'creation', fieldtype: 'Datetime', label: t('Created') },
  { fieldname: 'modified', fieldtype: 'Datetime', label: t('Modified') },
]

function open(doctype: DocType, levels: readonly number[]): DocField[] {
  return doctype.fields.filter((field) => hasColumn(field) && field.fieldtype !== 'Password' && levels.includes(field.permlevel ?? 0))
}

const behind = (way: DocField, fields: readonly DocField[]): FieldGroup => ({
  label: fieldLabel(way),
  fields: fields.map((field) => ({ path: `${way.fieldname}.${field.fieldname}`, label: `${fieldLabel(way)} → ${fieldLabel(field)}`, field: { ...field, fieldname: `${way.fieldname}.${field.fieldname}`, label: `${fieldLabel(way)} → ${fieldLabel(field)}` } })),
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

  return { meta, groups, find: (path) => byPath.value.get(path), tables: computed(() => new Set(tableFields.value.map(({ fieldname }) => fieldname))) }
}
