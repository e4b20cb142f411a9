// Calls one exported function of a TypeScript module with JSON from stdin and prints its result as JSON.
// usage: node run_typescript.mjs MODULE FUNCTION LIBRARIES, the last a JSON object of library names and their folders
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

const [, , module, name, libraries] = process.argv
const folders = new Map(Object.entries(JSON.parse(libraries)))

/** The entry of a library, as its package.json states it for `import`. */
function entryOf(folder) {
  const { exports } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  return pathToFileURL(`${folder}/${exports['.'].import.default ?? exports['.'].import}`).href
}

registerHooks({
  resolve(specifier, context, next) {
    const folder = folders.get(specifier)
    if (folder !== undefined) return next(entryOf(folder), context)
    const bare = specifier.startsWith('.') && !/\.[a-z]+$/.test(specifier)
    return next(bare ? `${specifier}.ts` : specifier, context)
  },
})

const loaded = await import(pathToFileURL(module).href)
process.stdout.write(JSON.stringify(loaded[name](JSON.parse(readFileSync(0, 'utf8')))))
