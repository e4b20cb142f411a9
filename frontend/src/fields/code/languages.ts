// Highlighting by kind of source text, loaded when it is needed.
import type { Extension } from '@codemirror/state'

import type { DocField } from '@/metadata/doctype'

const LOADERS: Record<string, () => Promise<Extension>> = {
  json: async () => (await import('@codemirror/lang-json')).json(),
  html: async () => (await import('@codemirror/lang-html')).html(),
  markdown: async () => (await import('@codemirror/lang-markdown')).markdown(),
  python: async () => (await import('@codemirror/lang-python')).python(),
}

const BY_TYPE: Record<string, string> = { JSON: 'json', Geolocation: 'json', 'HTML Editor': 'html', 'Markdown Editor': 'markdown' }

const BY_OPTION: Record<string, string> = {
  Python: 'python', PythonExpression: 'python', JSON: 'json', HTML: 'html', Jinja: 'html', JS: 'html', CSS: 'html', Markdown: 'markdown',
}

export async function loadLanguage(field: DocField): Promise<Extension> {
  const language = BY_TYPE[field.fieldtype] ?? BY_OPTION[field.options ?? '']
  return language === undefined ? [] : ((await LOADERS[language]?.()) ?? [])
}
