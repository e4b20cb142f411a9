// The start pages of the caller's roles (Frappe's Workspace), as far as navigation needs them.
import { read } from './client'

export interface WorkspaceLink {
  label: string
  type: string
  link_to: string
}

export interface WorkspacePage {
  name: string
  /** In the caller's language. */
  title: string
  shortcuts: WorkspaceLink[]
  cards: { label: string; links: WorkspaceLink[] }[]
}

export function getWorkspaces(): Promise<WorkspacePage[]> {
  return read<WorkspacePage[]>('crm.desk.workspaces')
}
