// Which properties the panel offers: those of the definition of DocField or DocType that mean something here.
import { LAYOUT_TYPES, TABLE_TYPES, fieldLabel, hasValue } from '@/metadata/doctype'
import type { DocField, DocType, Fieldtype } from '@/metadata/doctype'
import { buildLayout } from '@/metadata/layout'
import { t } from '@/shared/i18n'

export interface PropertyGroup {
  title: string
  fields: DocField[]
}

/** Kept for definitions of Frappe, without effect here or set elsewhere. */
const LEFT_OUT = new Set([
  'oldfieldname', 'oldfieldtype', 'print_width', 'width', 'engine', 'row_format', 'migration_hash', 'restrict_to_domain', 'custom', 'beta',
  'module', 'istable', 'issingle', 'is_virtual',
])
const OF_LAYOUT = new Set(['label', 'fieldtype', 'fieldname', 'description', 'depends_on', 'collapsible_depends_on', 'hidden', 'collapsible', 'hide_border', 'permlevel', 'options'])

/** `fieldtype` is that of the selected field, or "DocType"; `targets` are DocTypes that it may name. */
export function propertyGroups(meta: DocType, fieldtype: string, search: string, targets: readonly string[] = []): PropertyGroup[] {
  const wanted = search.trim().toLowerCase()
  const fits = (field: DocField): boolean => field.fieldname.includes(wanted) || fieldLabel(field).toLowerCase().includes(wanted)
  return buildLayout(meta.fields)
    .flatMap((tab) => tab.sections)
    .map((section) => ({
      title: section.field === null ? '' : (section.field.label ?? ''),
      fields: section.columns.flatMap((column) => column.fields).filter((field) => matters(field, fieldtype) && fits(field)).map((field) => explained(field, fieldtype, targets)),
    }))
    .filter((group) => group.fields.length > 0)
}

function matters(property: DocField, fieldtype: string): boolean {
  if (LEFT_OUT.has(property.fieldname) || TABLE_TYPES.includes(property.fieldtype) || !hasValue(property)) return false
  return !LAYOUT_TYPES.includes(fieldtype as Fieldtype) || OF_LAYOUT.has(property.fieldname)
}

/** What `options` means differs from kind to kind. */
function explained(property: DocField, fieldtype: string, targets: readonly string[]): DocField {
  if (property.fieldname !== 'options') return property
  const help = optionsHelp(fieldtype)
  const named = namesDoctype(fieldtype) ? { fieldtype: 'Autocomplete' as const, options: targets.join('\n') } : {}
  return help === '' ? property : { ...property, ...named, description: help }
}

/** Whether the options of such a field are the name of a DocType. */
const namesDoctype = (fieldtype: string): boolean => fieldtype === 'Link' || isTable(fieldtype)
export const isTable = (fieldtype: string): boolean => TABLE_TYPES.includes(fieldtype as Fieldtype)

function optionsHelp(fieldtype: string): string {
  if (fieldtype === 'Select' || fieldtype === 'Autocomplete') return t('One choice per line.')
  if (fieldtype === 'Link') return t('The DocType that it links to.')
  if (isTable(fieldtype)) return t('The child table, a DocType.')
  return ''
}

export type PropertyEditor = 'control' | 'condition' | 'formula' | 'rollup'

const EDITORS: Readonly<Record<string, PropertyEditor>> = {
  depends_on: 'condition',
  mandatory_depends_on: 'condition',
  read_only_depends_on: 'condition',
  collapsible_depends_on: 'condition',
  formula: 'formula',
  rollup: 'rollup',
}

/** Properties with an editor of their own; all others take the control of their field. */
export const editorOf = (property: DocField): PropertyEditor => EDITORS[property.fieldname] ?? 'control'
