// Colours of source text, from the tokens: CodeMirror's own are for white paper only.
import { HighlightStyle } from '@codemirror/language'
import { tags } from '@lezer/highlight'

export const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.tagName, tags.typeName, tags.heading], color: 'var(--accent-text)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--success)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.unit, tags.color], color: 'var(--warning)' },
  { tag: [tags.comment, tags.meta], color: 'var(--text-quiet)' },
  { tag: tags.heading, fontWeight: '600' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strong, fontWeight: '600' },
  { tag: [tags.link, tags.url], textDecoration: 'underline' },
  { tag: tags.invalid, color: 'var(--danger)' },
])
