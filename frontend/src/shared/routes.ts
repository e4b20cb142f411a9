// Addresses inside the application.
import { slug } from './text'

export function listPath(doctype: string): string {
  return `/app/${slug(doctype)}`
}

export function documentPath(doctype: string, name: string): string {
  return `${listPath(doctype)}/${encodeURIComponent(name)}`
}

/** Where everything about a document is seen at a glance. */
export function overviewPath(doctype: string, name: string): string {
  return `${documentPath(doctype, name)}/overview`
}

export function newPath(doctype: string): string {
  return `${listPath(doctype)}/${newName(doctype)}`
}

/** Stands in the address where a document has no name yet. */
export function newName(doctype: string): string {
  return `new-${slug(doctype)}`
}

export function importPath(doctype: string): string {
  return `/app/import/${slug(doctype)}`
}

export function duplicatesPath(doctype: string): string {
  return `/app/duplicates/${slug(doctype)}`
}

export function reportPath(report: string): string {
  return `/app/query-report/${encodeURIComponent(report)}`
}

export function dashboardPath(dashboard: string): string {
  return `/app/dashboard-view/${encodeURIComponent(dashboard)}`
}

/** Where a DocType is shaped. */
export function studioPath(doctype: string): string {
  return `/app/studio/doctype/${encodeURIComponent(doctype)}`
}

/** Where a rule is made or changed; without a name a new one. */
export function rulePath(rule?: string): string {
  return rule === undefined ? '/app/studio/new-rule' : `/app/studio/rules/${encodeURIComponent(rule)}`
}

/** Where a workflow is shaped. */
export function workflowPath(workflow: string): string {
  return `/app/studio/workflow/${encodeURIComponent(workflow)}`
}

export function printFormatPath(name: string): string {
  return `/app/studio/print/${encodeURIComponent(name)}`
}

const DESIGNERS: Record<string, string> = { Report: 'report', Workspace: 'workspace', Dashboard: 'dashboard', 'Dashboard Chart': 'chart', 'Number Card': 'card' }

/** Where a report, a page or what stands on it is designed; without a name a new one. */
export function designPath(doctype: string, name?: string): string {
  return `/app/studio/${DESIGNERS[doctype] ?? 'report'}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`
}
