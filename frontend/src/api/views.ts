// Saved views of a list.
import { createDocument, deleteDocument, listDocuments, updateDocument } from './resource'
import type { Row } from './resource'

export interface SavedView {
  name: string
  label: string
  owner: string
  is_public: 0 | 1
  is_default: 0 | 1
  /** The address of the list: parameter → text. */
  query: Record<string, string>
}

const SAVED_VIEW = 'Saved View'

function queryOf(text: unknown): Record<string, string> {
  try {
    const value: unknown = JSON.parse(String(text))
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  } catch {
    return {}
  }
}

function fromRow(row: Row): SavedView {
  return { ...(row as unknown as SavedView), query: queryOf(row['query']) }
}

export async function listViews(doctype: string): Promise<SavedView[]> {
  const rows = await listDocuments(SAVED_VIEW, {
    fields: ['name', 'label', 'owner', 'is_public', 'is_default', 'query'],
    filters: [['reference_doctype', '=', doctype]],
    order_by: 'label asc',
    limit_page_length: 100,
  })
  return rows.map(fromRow)
}

export type NewView = Pick<SavedView, 'label' | 'is_public' | 'is_default' | 'query'>

export async function createView(doctype: string, view: NewView): Promise<SavedView> {
  return fromRow(await createDocument(SAVED_VIEW, { ...view, reference_doctype: doctype, query: JSON.stringify(view.query) }))
}

export async function makeDefault(view: SavedView, isDefault: boolean): Promise<void> {
  await updateDocument(SAVED_VIEW, view.name, { is_default: isDefault ? 1 : 0 })
}

export function deleteView(view: SavedView): Promise<void> {
  return deleteDocument(SAVED_VIEW, view.name)
}

/** The view that a list opens with: the own default, then a public one. */
export function defaultView(views: readonly SavedView[], user: string): SavedView | undefined {
  const defaults = views.filter((view) => view.is_default)
  return defaults.find((view) => view.owner === user) ?? defaults[0]
}
