// Addresses of the application.
import { createRouter, createWebHistory } from 'vue-router'
import type { LocationQueryValue, Router } from 'vue-router'

import type { Session } from '@/api/session'

const one = (value: LocationQueryValue | LocationQueryValue[] | string[] | undefined): string =>
  (Array.isArray(value) ? value[0] : value) ?? ''

export function createAppRouter(session: Session): Router {
  const router = createRouter({
    history: createWebHistory(),
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
    routes: [
      { path: '/', redirect: '/app' },
      {
        path: '/login',
        component: () => import('@/views/login/LoginView.vue'),
        props: (route) => ({ next: one(route.query['next']) }),
        meta: { open: true },
      },
      {
        path: '/update-password',
        component: () => import('@/views/login/PasswordView.vue'),
        props: (route) => ({ resetKey: one(route.query['key']) }),
        meta: { open: true },
      },
      { path: '/app', component: () => import('@/views/home/HomeView.vue') },
      { path: '/app/home/:name', component: () => import('@/views/home/HomeView.vue'), props: (route) => ({ name: one(route.params['name']) }) },
      {
        path: '/app/dashboard-view/:name?',
        component: () => import('@/views/dashboard/DashboardView.vue'),
        props: (route) => ({ name: one(route.params['name']) || undefined }),
      },
      {
        path: '/app/query-report/:name',
        component: () => import('@/views/report/StoredReport.vue'),
        props: (route) => ({ name: one(route.params['name']) }),
      },
      { path: '/app/user-profile', component: () => import('@/views/account/AccountView.vue') },
      {
        path: '/app/import/:slug?',
        component: () => import('@/views/import/ImportView.vue'),
        props: (route) => ({ slug: one(route.params['slug']) || undefined }),
      },
      { path: '/app/studio', component: () => import('@/views/studio/StudioView.vue') },
      {
        path: '/app/studio/permissions',
        component: () => import('@/views/studio/permissions/PermissionsView.vue'),
        props: (route) => ({ doctype: one(route.query['doctype']), role: one(route.query['role']) }),
      },
      { path: '/app/studio/settings', component: () => import('@/views/studio/settings/SettingsView.vue') },
      {
        path: '/app/studio/translations/:doctype?',
        component: () => import('@/views/studio/settings/TranslationsView.vue'),
        props: (route) => ({ doctype: one(route.params['doctype']) }),
      },
      { path: '/app/studio/audit', component: () => import('@/views/studio/settings/AuditView.vue') },
      { path: '/app/studio/files', component: () => import('@/views/studio/settings/SiteFilesView.vue') },
      { path: '/app/studio/personal-data', component: () => import('@/views/studio/settings/PersonalDataView.vue') },
      { path: '/app/studio/person', component: () => import('@/views/studio/settings/PersonView.vue') },
      { path: '/app/studio/plans', component: () => import('@/views/studio/PlanHistory.vue') },
      { path: '/app/studio/outsiders', component: () => import('@/views/studio/ExposureView.vue') },
      { path: '/app/studio/rules', component: () => import('@/views/studio/rules/RulesView.vue') },
      { path: '/app/studio/new-rule', component: () => import('@/views/studio/rules/RuleView.vue') },
      {
        path: '/app/studio/rules/:name',
        component: () => import('@/views/studio/rules/RuleView.vue'),
        props: (route) => ({ name: one(route.params['name']) }),
      },
      { path: '/app/studio/workflows', component: () => import('@/views/studio/workflow/WorkflowsView.vue') },
      {
        path: '/app/studio/workflow/:name',
        component: () => import('@/views/studio/workflow/WorkflowView.vue'),
        props: (route) => ({ name: one(route.params['name']) }),
      },
      {
        path: '/app/studio/doctype/:name',
        component: () => import('@/views/studio/BuilderView.vue'),
        props: (route) => ({ name: one(route.params['name']) }),
      },
      {
        path: '/app/:slug/:name/overview',
        component: () => import('@/views/overview/OverviewView.vue'),
        props: (route) => ({ slug: one(route.params['slug']), name: one(route.params['name']) }),
      },
      {
        path: '/app/duplicates/:slug',
        component: () => import('@/views/duplicates/DuplicatesView.vue'),
        props: (route) => ({ slug: one(route.params['slug']) }),
      },
      {
        path: '/app/:slug/:name?',
        component: () => import('@/views/DocTypeView.vue'),
        props: (route) => ({ slug: one(route.params['slug']), name: one(route.params['name']) || undefined }),
      },
      { path: '/:rest(.*)*', redirect: '/app' },
    ],
  })
  router.beforeEach((to) => {
    if (session.boot.guest && !to.meta['open']) return { path: '/login', query: { next: to.fullPath } }
    return to.path === '/login' && !session.boot.guest ? '/app' : true
  })
  return router
}
