// What every field kind declares, and what its control is given.
import { inject } from 'vue'
import type { Component, InjectionKey } from 'vue'

import type { Doc, Row, Value } from '@/api/resource'
import type { FieldState } from '@/metadata/conditions'
import type { DocField, DocType, Fieldtype } from '@/metadata/doctype'
import type { Operator } from '@/metadata/filters'

export interface FormatContext {
  /** Translation of a text that stands in a definition. */
  label: (text: string, context?: string) => string
  /** What a link to a document shows instead of its name. */
  title: (doctype: string, name: string) => string
}

export interface FieldKind {
  id: string
  fieldtypes: readonly Fieldtype[]
  /** Control of the form; null for kinds that only arrange others. */
  component: Component | null
  /** Plain text of a value, for list cells, grids and read-only fields. */
  format: (value: Value, field: DocField, row: Row, context: FormatContext) => string
  /** Filter operators that make sense; none when lists cannot filter by it. */
  operators: readonly Operator[]
  /** The value that a written text means (pasted from a spreadsheet); undefined when it means none. Without it any text is taken. */
  parse?: (text: string, field: DocField, context: FormatContext) => Value | undefined
  /** What is to be written instead of a text that means no value. */
  expects?: () => string
  /** Numbers stand at the end of their column. */
  alignEnd?: boolean
  /** Takes the whole width of a section. */
  wide?: boolean
  /** Draws its own label. */
  ownLabel?: boolean
  /** Draws its own read-only state; others show the formatted text. */
  ownReadOnly?: boolean
}

export interface ControlProps {
  id: string
  field: DocField
  modelValue: Value
  /** The document or child row that the field belongs to. */
  row: Row
  readOnly?: boolean
  invalid?: boolean
  /** Accessible name where no label element points to the control (grid cells, filters). */
  name?: string | undefined
}

/** What a form lends to its fields. */
export interface FormContext {
  readonly doctype: string
  readonly docname: () => string | undefined
  /** The document at this moment: what a control was given may be a moment older. */
  readonly document: () => Doc
  readonly childType: (doctype: string) => DocType | undefined
  readonly stateOf: (field: DocField) => FieldState
  readonly rowStateOf: (table: DocField, field: DocField, row: Row) => FieldState
  readonly errorOf: (field: string, row?: { table: string; idx: number }) => string | undefined
  /** Values that fields take over from the document that a link was just set to. */
  readonly fetched: (fields: readonly DocField[], link: DocField, row: Row) => Promise<Row>
  readonly press: (field: DocField) => Promise<void>
  /** Whether the value of a masked field may be asked for. */
  readonly mayReveal: (field: DocField) => boolean
  /** Opens the answer to "why has it this value, why is it locked?". */
  readonly why: (field: DocField) => void
}

export const FormContextKey: InjectionKey<FormContext> = Symbol('form')

export function useFormContext(): FormContext {
  const context = inject(FormContextKey)
  if (context === undefined) throw new Error('This field stands outside a form')
  return context
}

export type KindLookup = (fieldtype: Fieldtype) => FieldKind

/** Given by injection, because the kinds `table` and `table-multiselect` hold fields themselves. */
export const KindLookupKey: InjectionKey<KindLookup> = Symbol('kind lookup')

export function useKindLookup(): KindLookup {
  const lookup = inject(KindLookupKey)
  if (lookup === undefined) throw new Error('The application provides no field kinds')
  return lookup
}
