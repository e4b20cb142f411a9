// Build, development server and unit tests of the browser side.
import { fileURLToPath, URL } from 'node:url'

import vue from '@vitejs/plugin-vue'
import components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'

/** Controls that sign-in and lists need: one file instead of thirty small ones. */
const CONTROLS =
  /element-plus\/(es|theme-chalk)\/(hooks|utils|constants|locale|components\/(base|button|config-provider|dialog|dropdown|dropdown-menu|dropdown-item|icon|input(?!-)|message|message-box|option|overlay|popper|scrollbar|select|skeleton|tag|tooltip))/

const server = 'http://localhost:8000'

export default defineConfig({
  base: '/',
  plugins: [vue(), components({ dts: false, dirs: [], resolvers: [ElementPlusResolver()] })],
  // What neither this code nor its libraries use of Vue and its messages is left out of the bundle.
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: '../crm_platform/desk/static',
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'vendor', test: /node_modules\/(@vue|vue|vue-router|vue-i18n|@intlify)\// },
            { name: 'controls', test: CONTROLS },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(['/api', '/printview', '/files', '/private'].map((path) => [path, server])),
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts', 'tests/**/*.test.ts'], server: { deps: { inline: ['element-plus'] } } },
})
