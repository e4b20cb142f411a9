// Blocks → the Jinja template and style sheet of a Print Format.
import type { DocField, Meta } from '@/metadata/doctype'

import type { Block } from './blocks'

export interface Template {
  html: string
  css: string
}

const CSS = `body { font-size: 9.5pt; }
.block-title { border-bottom: 1.5pt solid #1f272e; margin-bottom: 10pt; }
.block-title h1 { font-size: 18pt; margin: 0; line-height: 1.3; }
.block-title p { margin: 0 0 6pt; color: #687178; }
h2 { font-size: 11pt; margin: 14pt 0 4pt; color: #425466; break-after: avoid; }
table { width: 100%; border-collapse: collapse; }
.block-columns { table-layout: fixed; }
.block-columns > tbody > tr > td { vertical-align: top; padding: 0 10pt 0 0; }
.block-fields th { width: 38%; text-align: left; font-weight: normal; color: #687178; padding: 2.5pt 6pt 2.5pt 0; vertical-align: top; }
.block-fields td { padding: 2.5pt 0; vertical-align: top; overflow-wrap: anywhere; }
.block-fields tr { break-inside: avoid; }
.block-text { margin: 6pt 0; overflow-wrap: anywhere; }
.block-rows thead { display: table-header-group; }
.block-rows th { text-align: left; font-weight: 600; border-bottom: 1pt solid #c8ced3; padding: 3.5pt; }
.block-rows td { border-bottom: 0.5pt solid #e2e6e9; padding: 3.5pt; vertical-align: top; overflow-wrap: anywhere; }
.block-rows tr { break-inside: avoid; }
.block-rows .block-sum td { border-bottom: 0; border-top: 1pt solid #c8ced3; font-weight: 600; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.block-rows th.number { text-align: right; }
.block-totals { width: 45%; margin: 8pt 0 0 auto; }
.block-totals th { text-align: left; font-weight: normal; color: #687178; padding: 2.5pt 6pt 2.5pt 0; }
.block-totals td { text-align: right; padding: 2.5pt 0; font-variant-numeric: tabular-nums; }
.block-totals tr:last-child > * { border-top: 1pt solid #c8ced3; font-weight: 600; color: inherit; }
.block-break { break-before: page; }
`

const NUMBERS = new Set(['Int', 'Float', 'Currency', 'Percent'])

/** A text of Jinja. */
const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`

export function templateOf(blocks: readonly Block[], meta: Meta): Template {
  return { html: blocks.map((block) => htmlOf(block, meta)).filter(Boolean).join('\n'), css: CSS }
}

function htmlOf(block: Block, meta: Meta): string {
  switch (block.kind) {
    case 'letterhead':
      return '{{ letterhead }}'
    case 'title':
      return '<header class="block-title">\n  <h1>{{ title }}</h1>\n  <p>{{ doctype }}{% if title != doc.name %} · {{ doc.name }}{% endif %}</p>\n</header>'
    case 'heading':
      return `<h2>{{ _(${quoted(block.text)}) }}</h2>`
    case 'text':
      return `<div class="block-text">${block.text.split('\n').map((line) => `<p>${lineOf(line, meta)}</p>`).join('')}</div>`
    case 'fields':
      return fieldsOf(block.columns, block.keepsEmpty)
    case 'table':
      return tableOf(block.table, block.columns, block.totals, meta)
    case 'totals':
      return `<table class="block-totals">\n${block.fields.map((name) => rowOf(name, true)).join('\n')}\n</table>`
    case 'image':
      return imageOf(block.field, block.address, block.width)
    case 'page break':
      return '<div class="block-break"></div>'
  }
}

/** A line without fields is translated as a whole; in others each piece of text is. */
function lineOf(line: string, meta: Meta): string {
  const known = new Set(['name', 'owner', 'creation', 'modified', ...meta.doctype.fields.map(({ fieldname }) => fieldname)])
  return line
    .split(/(\{\w+\})/)
    .map((piece) => {
      const name = piece.slice(1, -1)
      if (piece.startsWith('{') && known.has(name)) return `{{ doc|formatted(${quoted(name)}) }}`
      return piece === '' ? '' : `{{ _(${quoted(piece)}) }}`
    })
    .join('')
}

function rowOf(name: string, keepsEmpty: boolean): string {
  const cells = `<tr><th>{{ doc|label(${quoted(name)}) }}</th><td>{{ doc|formatted(${quoted(name)}) }}</td></tr>`
  return keepsEmpty ? `  ${cells}` : `  {% if doc|formatted(${quoted(name)}) %}${cells}{% endif %}`
}

function fieldsOf(columns: readonly (readonly string[])[], keepsEmpty: boolean): string {
  const cells = columns.map((names) => `<td><table class="block-fields">\n${names.map((name) => rowOf(name, keepsEmpty)).join('\n')}\n</table></td>`)
  return `<table class="block-columns"><tr>${cells.join('')}</tr></table>`
}

function tableOf(table: string, columns: readonly string[], totals: readonly string[], meta: Meta): string {
  const known = meta.doctype.fields.find(({ fieldname }) => fieldname === table)
  if (known === undefined || columns.length === 0) return ''
  const fields = columns.map((name): DocField => meta.children[known.options ?? '']?.fields.find(({ fieldname }) => fieldname === name) ?? { fieldname: name, fieldtype: 'Data' })
  const rows = `doc[${quoted(table)}]`
  const mark = (field: DocField): string => (NUMBERS.has(field.fieldtype) ? ' class="number"' : '')
  const head = fields.map((field) => `<th${mark(field)}>{{ row|label(${quoted(field.fieldname)}) }}</th>`)
  const cells = fields.map((field) => `<td${mark(field)}>{{ row|formatted(${quoted(field.fieldname)}) }}</td>`)
  const sums = fields.map((field) => `<td${mark(field)}>${totals.includes(field.fieldname) ? sumOf(rows, field, meta) : ''}</td>`)
  return [
    `<table class="block-rows">{% for row in ${rows} %}`,
    `{% if loop.first %}<thead><tr>${head.join('')}</tr></thead>{% endif %}`,
    `<tr>${cells.join('')}</tr>`,
    `{% endfor %}${totals.length > 0 ? `\n{% if ${rows} %}<tr class="block-sum">${sums.join('')}</tr>{% endif %}` : ''}</table>`,
  ].join('\n')
}

function sumOf(rows: string, { fieldname, fieldtype }: DocField, meta: Meta): string {
  const sum = `${rows}|selectattr(${quoted(fieldname)})|sum(attribute=${quoted(fieldname)})`
  if (fieldtype !== 'Currency') return `{{ ${sum}|number }}`
  const hasCurrency = meta.doctype.fields.some((field) => field.fieldname === 'currency')
  return hasCurrency ? `{{ ${sum}|money(doc.currency) }}` : `{{ ${sum}|money }}`
}

function imageOf(field: string, address: string, width: number): string {
  const style = `style="width: ${Math.max(1, width || 1)}mm"`
  if (field !== '') return `{% if doc[${quoted(field)}] %}<img src="{{ doc[${quoted(field)}] }}" alt="" ${style}>{% endif %}`
  return address === '' ? '' : `<img src="{{ ${quoted(address)} }}" alt="" ${style}>`
}
