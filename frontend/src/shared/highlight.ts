// Pieces of a text that the server marked as found; its mark-up is read, never rendered.
import { plainText } from './text'

export interface Piece {
  text: string
  marked: boolean
}

export function pieces(html: string): Piece[] {
  const parts = html.split(/<mark>(.*?)<\/mark>/s)
  return parts.map((part, position) => ({ text: decoded(part), marked: position % 2 === 1 })).filter(({ text }) => text !== '')
}

/** `plainText` trims, but here the blanks between pieces count. */
function decoded(html: string): string {
  const [, before = '', inside = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(html) ?? []
  return before + plainText(inside) + after
}
