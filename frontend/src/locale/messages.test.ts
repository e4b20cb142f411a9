// Every text of the interface has a Chinese translation, and every translation is used.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import chinese from './zh-CN.json'

const SOURCE = join(import.meta.dirname, '..')
const CALL = /\bt\(\s*'((?:[^'\\]|\\.)*)'/g
const NOT_LITERAL = /[^\w.]t\(\s*(?!['\s])[^)]/g

function sources(): { path: string; text: string }[] {
  const names = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  const wanted = names.filter((name) => /\.(ts|vue)$/.test(name) && !/\.test\.ts$/.test(name))
  return wanted.map((name) => ({ path: name, text: readFileSync(join(SOURCE, name), 'utf8') }))
}

const used = new Set(sources().flatMap(({ text }) => [...text.matchAll(CALL)].map((match) => match[1]!.replaceAll("\\'", "'"))))
const translated = chinese as Record<string, string>
const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort()

describe('zh-CN', () => {
  it('translates every text of the interface', () => {
    expect([...used].filter((text) => !translated[text])).toEqual([])
  })

  it('holds no text that is not used', () => {
    expect(Object.keys(translated).filter((text) => !used.has(text))).toEqual([])
  })

  it('keeps the placeholders', () => {
    const broken = Object.entries(translated).filter(([id, text]) => placeholders(id).join() !== placeholders(text).join())
    expect(broken).toEqual([])
  })

  it('holds no sign that messages give a meaning', () => {
    expect([...Object.entries(translated).flat(), ...used].filter((text) => /[@|]/.test(text))).toEqual([])
  })

  it('is never asked for a text that stands in a variable', () => {
    const found = sources()
      .filter(({ path }) => !path.endsWith('i18n.ts') && !path.includes('expressions'))
      .flatMap(({ path, text }) => [...text.matchAll(NOT_LITERAL)].map((match) => `${path}: ${match[0]}`))
    expect(found).toEqual([])
  })
})
