// Entry of the application: load the session, put everything together, show it.
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import '@/shared/styles/tokens.css'
import '@/shared/styles/base.css'

import { createApp } from 'vue'

import { errorText } from '@/api/errors'
import { LiveKey } from '@/api/live'
import { SessionKey } from '@/api/session'
import { KindLookupKey } from '@/fields/contract'
import { kindOf } from '@/fields/registry'
import { createMetaSource, MetaSourceKey } from '@/metadata/source'
import { createAppRouter } from '@/router'
import { i18n } from '@/shared/i18n'
import { loadSession } from '@/stores/session'

import App from './App.vue'
import StartFailure from './StartFailure.vue'
import { createLive } from './live-stream'

async function start(): Promise<void> {
  const session = await loadSession()
  const source = createMetaSource()
  const app = createApp(App)
    .use(i18n)
    .use(createAppRouter(session))
    .provide(SessionKey, session)
    .provide(MetaSourceKey, source)
    .provide(KindLookupKey, kindOf)
  if (!session.boot.guest) {
    const live = createLive()
    app.provide(LiveKey, live)
    live.listen(({ kind }) => (kind === 'definitions' || kind === 'reset') && source.forget())
  }
  app.mount('#app')
  // Refused at an insecure address and in some private windows: then the shell is loaded as any page.
  if ('serviceWorker' in navigator) void navigator.serviceWorker.register('/sw.js').catch(() => undefined)
}

start().catch((failure: unknown) => createApp(StartFailure, { text: errorText(failure) }).mount('#app'))
