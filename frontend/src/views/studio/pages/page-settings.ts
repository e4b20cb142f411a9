// What is said of a page besides what stands on it.
import type { Row } from '@/api/resource'

import type { PageKind } from './page-draft'

/** Fields of the record that the designer asks; the first one names a new record. */
export const SETTINGS: Record<PageKind, readonly string[]> = {
  Workspace: ['label', 'title', 'public', 'for_user', 'sequence_id', 'is_hidden'],
  Dashboard: ['dashboard_name', 'is_default'],
}

export const newPage = (page: PageKind): Row => (page === 'Workspace' ? { label: '', title: '', type: 'Workspace', public: 1, sequence_id: 50, is_hidden: 0, roles: [] } : { dashboard_name: '', is_default: 0 })
