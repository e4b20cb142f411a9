// Turns the flat field list of a DocType into tabs, sections and columns.
import type { DocField } from './doctype'

export interface Column {
  fields: DocField[]
}

export interface Section {
  key: string
  field: DocField | null
  columns: Column[]
  /** Stands behind a Fold: shown only after "Show more". */
  folded: boolean
}

export interface Tab {
  key: string
  field: DocField | null
  sections: Section[]
}

export function buildLayout(fields: readonly DocField[]): Tab[] {
  const tabs: Tab[] = []
  let folded = false
  const addTab = (field: DocField | null): Tab => push(tabs, { key: field?.fieldname ?? 'first', field, sections: [] })
  const lastTab = (): Tab => tabs.at(-1) ?? addTab(null)
  const addSection = (field: DocField | null): Section =>
    push(lastTab().sections, { key: field?.fieldname ?? `${lastTab().key}-first`, field, columns: [{ fields: [] }], folded })
  const lastSection = (): Section => lastTab().sections.at(-1) ?? addSection(null)
  for (const field of fields) {
    if (field.fieldtype === 'Tab Break') addTab(field)
    else if (field.fieldtype === 'Section Break') addSection(field)
    else if (field.fieldtype === 'Column Break') lastSection().columns.push({ fields: [] })
    else if (field.fieldtype === 'Fold') folded = true
    else lastSection().columns.at(-1)!.fields.push(field)
  }
  return tabs.map(withoutEmpty).filter((tab) => tab.sections.length > 0)
}

function push<T>(list: T[], entry: T): T {
  list.push(entry)
  return entry
}

function withoutEmpty(tab: Tab): Tab {
  const filled = tab.sections.map((section) => ({ ...section, columns: section.columns.filter((column) => column.fields.length) }))
  return { ...tab, sections: filled.filter((section) => section.columns.length > 0) }
}
