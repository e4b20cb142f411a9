// The bad rows of an import as a file, so that they can be mended and handed on.
import type { BadCell } from '@/api/imports'

/** A cell that a spreadsheet would take for a formula gets an apostrophe, as in every export. */
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^\s*[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** CSV that spreadsheets open as UTF-8. */
export function badRowsFile(header: readonly [string, string, string], bad: readonly BadCell[]): string {
  const rows = [header, ...bad.map(({ row, column, reason }) => [row, column, reason])]
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

export function download(name: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
