// Shape of a definition in the browser (Frappe's DocType and DocField, only what the interface reads).

export const fieldtypes = [
  'Data', 'Small Text', 'Text', 'Long Text', 'Text Editor', 'Markdown Editor', 'HTML Editor', 'Code', 'JSON',
  'Int', 'Float', 'Currency', 'Percent', 'Check', 'Rating', 'Duration', 'Date', 'Datetime', 'Time',
  'Select', 'Autocomplete', 'Link', 'Dynamic Link', 'Table', 'Table MultiSelect', 'Attach', 'Attach Image', 'Image',
  'Signature', 'Barcode', 'Geolocation', 'Color', 'Icon', 'Phone', 'Password', 'Read Only', 'Button', 'HTML',
  'Heading', 'Fold', 'Section Break', 'Column Break', 'Tab Break',
] as const

export type Fieldtype = (typeof fieldtypes)[number]
export type Flag = 0 | 1 | boolean

export interface DocField {
  fieldname: string
  fieldtype: Fieldtype
  label?: string | null
  options?: string | null
  description?: string | null
  default?: string | null
  placeholder?: string | null
  reqd?: Flag
  unique?: Flag
  hidden?: Flag
  read_only?: Flag
  set_only_once?: Flag
  no_copy?: Flag
  allow_on_submit?: Flag
  bold?: Flag
  in_list_view?: Flag
  in_standard_filter?: Flag
  in_global_search?: Flag
  columns?: number | null
  length?: number | null
  precision?: string | number | null
  non_negative?: Flag
  permlevel?: number | null
  collapsible?: Flag
  hide_border?: Flag
  hide_days?: Flag
  hide_seconds?: Flag
  fetch_from?: string | null
  fetch_if_empty?: Flag
  /** Our own: an API method that is asked for values of the row when a link is chosen. */
  fetch_method?: string | null
  is_virtual?: Flag
  formula?: string | null
  rollup?: unknown
  /** Our own: from which documents a value comes that is no roll-up. */
  records_behind?: unknown
  link_filters?: string | null
  allow_in_quick_entry?: Flag
  /** How confidential the value is; from Confidential on it is masked. */
  sensitivity?: string | null
  mask?: Flag
  depends_on?: string | null
}

export interface DocType {
  name: string
  label?: string
  module?: string
  fields: DocField[]
  autoname?: string | null
  title_field?: string | null
  image_field?: string | null
  search_fields?: string | null
  sort_field?: string | null
  sort_order?: string | null
  issingle?: Flag
  istable?: Flag
  is_submittable?: Flag
  is_tree?: Flag
  allow_rename?: Flag
  track_changes?: Flag
  /** New documents begin in a small dialog. */
  quick_entry?: Flag
  states?: { title: string; color: string }[]
}

export type Right =
  | 'read' | 'write' | 'create' | 'delete' | 'submit' | 'cancel' | 'amend'
  | 'print' | 'email' | 'report' | 'export' | 'import' | 'share' | 'mask'

export interface WorkflowState {
  state: string
  doc_status?: string | number
  style?: string | null
  allow_edit?: string | null
}

export interface Workflow {
  state_field: string
  states: WorkflowState[]
}

/** A button that a pack puts on the form; `condition` is compiled, null: always shown. */
export interface PackAction {
  label: string
  method: string
  condition: unknown
  /** What the person agrees to before; empty: nobody is asked. */
  confirm: string
}

/** Whom a pack lets ask while the form is filled in: `method` is called with the values of `fields`. */
export interface SuggestionSource {
  label: string
  method: string
  fields: string[]
  /** By the DocType of what is found. */
  actions: Partial<Record<string, SuggestionAction>>
}

/** `method` gets the name of the document, and as `argument` that of what was found. */
export interface SuggestionAction {
  label: string
  method: string
  argument: string
}

/** A computed field; `table` is empty for the document's own one. */
export interface Step {
  table: string
  fieldname: string
  fieldtype: Fieldtype
  precision: number | null
  /** Whether there is no value over no rows: neither a smallest nor a mean. */
  starts_empty: boolean
  tree: unknown
}

/** `key` is `<fieldname>.<property>`, that of child rows `<child DocType>:<fieldname>.<property>`. */
export interface Beyond {
  key: string
  text: string
  reason: string
}

/** Answer of `crm.desk.meta`. */
export interface Meta {
  doctype: DocType
  children: Record<string, DocType>
  permissions: Partial<Record<Right, Flag>>
  readable_levels: number[]
  writable_levels: number[]
  /** Of an open document: why an action is not open that is open on others. */
  closed?: Partial<Record<Right, string>>
  /** Compiled conditions, keyed `<fieldname>.<property>`. */
  expressions: Record<string, unknown>
  /** Conditions beyond the expression language: kept, without effect. */
  beyond?: Beyond[]
  /** By linked DocType: the colours of its states. */
  link_states?: Record<string, { title: string; color: string }[]>
  /** Computed fields in the order of their dependencies. */
  computed?: Step[]
  actions?: PackAction[]
  suggestions?: SuggestionSource[]
  workflow: Workflow | null
  title_field: string | null
  /** A deleted document leaves a copy, so that it can be taken back. */
  undeletes?: boolean
  print_formats: { name: string; label: string }[]
}

/** What a person may do, with documents of a kind or with the one that is open. */
export type Rights = Pick<Meta, 'permissions' | 'readable_levels' | 'writable_levels' | 'closed'>

export const LAYOUT_TYPES: readonly Fieldtype[] = ['Section Break', 'Column Break', 'Tab Break', 'Fold']
const NO_VALUE_TYPES: readonly Fieldtype[] = [...LAYOUT_TYPES, 'Button', 'HTML', 'Heading', 'Image']
export const TABLE_TYPES: readonly Fieldtype[] = ['Table', 'Table MultiSelect']

export function hasValue(field: DocField): boolean {
  return !NO_VALUE_TYPES.includes(field.fieldtype)
}

/** A value that stands in the document's own row (not in child rows). */
export function hasColumn(field: DocField): boolean {
  return hasValue(field) && !TABLE_TYPES.includes(field.fieldtype) && !field.is_virtual
}

/** What people call a field; of one without a label its name as words. */
/** Where a word names a field type: Currency is a record elsewhere. */
export const FIELDTYPE_CONTEXT = 'DocField'
const CONTEXTS: Record<string, string> = { fieldtype: FIELDTYPE_CONTEXT }

/** In which context the choices of a field are translated. */
export const contextOf = (field: DocField): string | undefined => CONTEXTS[field.fieldname]

export function fieldLabel(field: DocField): string {
  return field.label || field.fieldname.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase())
}

const MASKED = new Set(['Confidential', 'Secret'])

/** Whether the server gives a mask instead of the value. */
export function isMasked(field: DocField): boolean {
  return hasColumn(field) && (MASKED.has(field.sensitivity ?? '') || (!field.sensitivity && Boolean(field.mask)))
}

export function may(meta: Meta, right: Right): boolean {
  return Boolean(meta.permissions[right])
}

/** Why the open document may not be changed; empty where it may, and where the person may change none. */
export const closedReason = (meta: Meta, right: Right): string => meta.closed?.[right] ?? ''

/** Whether the document may be changed: by rights, and in its state. */
export const mayWrite = (meta: Meta): boolean => may(meta, 'write') && closedReason(meta, 'write') === ''
