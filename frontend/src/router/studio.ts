// Addresses of the studio.
import type { RouteRecordRaw } from 'vue-router'

import { one } from './parameters'

/** Those with `shapes` are for who may make DocTypes; others see at their address that it is closed. */
export const studioRoutes: readonly RouteRecordRaw[] = [
  { path: '/app/studio', name: 'studio', component: () => import('@/views/studio/StudioView.vue'), meta: { shapes: true } },
  {
    path: '/app/studio/permissions',
    component: () => import('@/views/studio/permissions/PermissionsView.vue'),
    props: (route) => ({ doctype: one(route.query['doctype']), role: one(route.query['role']) }),
    meta: { shapes: true },
  },
  { path: '/app/studio/settings', component: () => import('@/views/studio/settings/SettingsView.vue'), meta: { shapes: true } },
  {
    path: '/app/studio/translations/:doctype?',
    component: () => import('@/views/studio/settings/TranslationsView.vue'),
    props: (route) => ({ doctype: one(route.params['doctype']), workspace: one(route.query['workspace']) }),
    meta: { shapes: true },
  },
  { path: '/app/studio/audit', component: () => import('@/views/studio/settings/AuditView.vue'), meta: { shapes: true } },
  { path: '/app/studio/keys', component: () => import('@/views/studio/settings/ApiKeysView.vue'), meta: { shapes: true } },
  { path: '/app/studio/files', component: () => import('@/views/studio/settings/SiteFilesView.vue'), meta: { shapes: true } },
  { path: '/app/studio/personal-data', component: () => import('@/views/studio/settings/PersonalDataView.vue') },
  { path: '/app/studio/person', component: () => import('@/views/studio/settings/PersonView.vue') },
  { path: '/app/studio/plans', component: () => import('@/views/studio/PlanHistory.vue'), meta: { shapes: true } },
  { path: '/app/studio/outsiders', component: () => import('@/views/studio/ExposureView.vue'), meta: { shapes: true } },
  { path: '/app/studio/rules', component: () => import('@/views/studio/rules/RulesView.vue') },
  { path: '/app/studio/new-rule', component: () => import('@/views/studio/rules/RuleView.vue') },
  {
    path: '/app/studio/rules/:name',
    component: () => import('@/views/studio/rules/RuleView.vue'),
    props: (route) => ({ name: one(route.params['name']) }),
  },
  { path: '/app/studio/pages', component: () => import('@/views/studio/pages/PagesView.vue') },
  {
    path: '/app/studio/report/:name?',
    component: () => import('@/views/studio/reports/ReportDesigner.vue'),
    props: (route) => ({ name: one(route.params['name']) || undefined }),
  },
  {
    path: '/app/studio/:page(workspace|dashboard)/:name?',
    component: () => import('@/views/studio/pages/PageDesigner.vue'),
    // The key: a designer keeps to the DocType it began with.
    props: (route) => ({
      key: one(route.params['page']),
      page: one(route.params['page']) === 'workspace' ? 'Workspace' : 'Dashboard',
      name: one(route.params['name']) || undefined,
    }),
  },
  {
    path: '/app/studio/:value(chart|card)/:name?',
    component: () => import('@/views/studio/pages/ValueView.vue'),
    props: (route) => ({ kind: one(route.params['value']) === 'chart' ? 'Dashboard Chart' : 'Number Card', name: one(route.params['name']) || undefined }),
  },
  { path: '/app/studio/workflows', component: () => import('@/views/studio/workflow/WorkflowsView.vue') },
  {
    path: '/app/studio/workflow/:name',
    component: () => import('@/views/studio/workflow/WorkflowView.vue'),
    props: (route) => ({ name: one(route.params['name']) }),
  },
  { path: '/app/studio/print', component: () => import('@/views/studio/print/PrintFormatsView.vue') },
  {
    path: '/app/studio/print/:name',
    component: () => import('@/views/studio/print/PrintFormatView.vue'),
    props: (route) => ({ name: one(route.params['name']), doctype: one(route.query['doctype']) || undefined }),
  },
  {
    path: '/app/studio/doctype/:name',
    component: () => import('@/views/studio/BuilderView.vue'),
    props: (route) => ({ name: one(route.params['name']) }),
    meta: { shapes: true },
  },
]
