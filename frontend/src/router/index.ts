// Addresses of the application.
import { createRouter, createWebHistory } from 'vue-router'
import type { Router } from 'vue-router'

import { mayShape } from '@/api/session'
import type { Session } from '@/api/session'

import { one } from './parameters'

const STUDIO = 'studio'
const CLOSED = 'studio-closed'

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
      { path: '/app/studio/:rest(.*)*', name: CLOSED, component: () => import('@/views/studio/StudioClosed.vue') },
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
    if (to.meta['shapes'] && !mayShape(session)) return { name: CLOSED, params: { rest: to.path.split('/').slice(3) } }
    return to.path === '/login' && !session.boot.guest ? '/app' : true
  })
  // The addresses of the studio are loaded with the first of them: most people never go there.
  router.beforeEach(async (to) => {
    if (to.name !== CLOSED || router.hasRoute(STUDIO)) return true
    const { studioRoutes } = await import('./studio')
    for (const route of studioRoutes) router.addRoute(route)
    return to.fullPath
  })
  return router
}
