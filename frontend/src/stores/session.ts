// The session of this page: who is signed in, what may be opened, how definitions' texts are called.
import { getTitles } from '@/api/desk'
import { getBoot } from '@/api/session'
import type { Boot, Session } from '@/api/session'
import { setFormats } from '@/shared/formats'
import { setLanguage } from '@/shared/i18n'
import { recall } from '@/shared/storage'
import { slug } from '@/shared/text'

import { createTitles } from './titles'

export function createSession(boot: Boot): Session {
  const bySlug = new Map(boot.doctypes.map((entry) => [slug(entry.name), entry]))
  const byName = new Map(boot.doctypes.map((entry) => [entry.name, entry]))
  const titles = createTitles(getTitles, (doctype) => Boolean(byName.get(doctype)?.has_titles))
  for (const { name, label } of boot.doctypes) titles.learn('DocType', name, label)
  return {
    boot,
    label: (text, context) => boot.messages[`${text}:${context}`] ?? boot.messages[text] ?? text,
    findBySlug: (part) => bySlug.get(part) ?? bySlug.get(slug(part)),
    find: (doctype) => byName.get(doctype),
    ...titles,
  }
}

/** Boot data in the language of the user; before the sign-in in the one chosen in this browser. */
export async function loadSession(): Promise<Session> {
  const chosen = recall('language')
  const own = await getBoot(null)
  const boot = own.guest && chosen !== null ? await getBoot(chosen) : own
  await setLanguage(boot.guest ? (chosen ?? boot.language) : boot.language)
  setFormats(boot.formats)
  return createSession({ ...boot, doctypes: boot.doctypes ?? [], messages: boot.messages ?? {} })
}
