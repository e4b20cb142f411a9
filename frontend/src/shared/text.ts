// Plain text helpers.

/** Address part of a DocType: `Sales Order` is `sales-order`. */
export function slug(doctype: string): string {
  return doctype.trim().toLowerCase().replaceAll(' ', '-')
}

/** Text of a message that may carry mark-up; nothing of the mark-up is ever rendered. */
export function plainText(html: string): string {
  if (!/[<&]/.test(html)) return html.trim()
  const parsed = new DOMParser().parseFromString(html.replace(/<br\s*\/?>|<\/p>|<\/li>/gi, '$&\n'), 'text/html')
  return (parsed.body.textContent ?? '').replace(/\n{3,}/g, '\n\n').trim()
}

/** Whether one of `texts` contains what somebody typed to find it, in capitals or not. */
export function matches(typed: string, ...texts: string[]): boolean {
  const wanted = typed.trim().toLowerCase()
  return texts.some((text) => text.toLowerCase().includes(wanted))
}

const LONGEST_PERSON = 4

/** One or two letters that stand for a name; Chinese people are known by their last character, firms by their first. */
export function initials(name: string): string {
  const words = name.trim().split(/[\s@._-]+/).filter(Boolean)
  const first = words[0] ?? '?'
  const characters = Array.from(first)
  if (/\p{Script=Han}/u.test(first)) return characters.at(characters.length > LONGEST_PERSON ? 0 : -1)!
  const last = words.length > 1 ? (words.at(-1) ?? '') : ''
  return (first.charAt(0) + last.charAt(0)).toUpperCase()
}

const HUES = 8

/** Which of the eight colours of the tokens belongs to a name: always the same one, 1 to 8. */
export function hue(name: string): number {
  const sum = Array.from(name).reduce((before, letter) => (before * 31 + letter.codePointAt(0)!) % 65_521, 7)
  return (sum % HUES) + 1
}
