// Weighs what a browser loads for the sign-in and a list, compressed, from Vite's manifest; fails above the budget.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = 220
const ENTRIES = ['index.html', 'src/views/login/LoginView.vue', 'src/views/DocTypeView.vue']

const built = fileURLToPath(new URL('../../crm_platform/desk/static', import.meta.url))
const manifest = JSON.parse(readFileSync(join(built, '.vite/manifest.json'), 'utf8'))

/** All files that an entry needs before it can show, its static imports included. */
function filesOf(key, seen = new Set()) {
  if (seen.has(key)) return []
  seen.add(key)
  const chunk = manifest[key]
  if (chunk === undefined) throw new Error(`${key} is not in the manifest: run "npm run build" first.`)
  return [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap((next) => filesOf(next, seen))]
}

const files = [...new Set(ENTRIES.flatMap((key) => filesOf(key)))].filter((file) => /\.(js|css)$/.test(file))
const weights = files.map((file) => ({ file, kb: gzipSync(readFileSync(join(built, file))).length / 1000 }))
const total = weights.reduce((sum, { kb }) => sum + kb, 0)

for (const { file, kb } of weights.sort((first, second) => second.kb - first.kb).slice(0, 8)) console.log(`${kb.toFixed(1).padStart(7)} kB  ${file}`)
console.log(`${total.toFixed(1).padStart(7)} kB  sign-in and list together (${files.length} files, budget ${BUDGET_KB} kB)`)
if (total > BUDGET_KB) process.exitCode = 1
