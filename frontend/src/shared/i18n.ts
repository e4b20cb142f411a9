// Interface texts: the message id is the English text itself, other languages are catalogues of `locale/`.
import { createI18n } from 'vue-i18n'

/** `code` is the tag of the browser, `record` the name of the server's Language record. */
export const languages = [
  { code: 'en', record: 'en', name: 'English' },
  { code: 'zh-CN', record: 'zh', name: '简体中文' },
] as const

export type LanguageCode = (typeof languages)[number]['code']

type Catalogue = Record<string, string>

const catalogues: Record<LanguageCode, () => Promise<Catalogue>> = {
  en: () => Promise.resolve({}),
  'zh-CN': async () => (await import('@/locale/zh-CN.json')).default,
}

/** Message ids contain dots, so a message is looked up whole; one that is missing stands for itself. */
const resolveMessage = (messages: unknown, id: string): string => (messages as Catalogue)[id] ?? id

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  messages: { en: {} },
  messageResolver: resolveMessage,
})

export function t(id: string, values: Record<string, unknown> = {}): string {
  return i18n.global.t(id, values)
}

export function currentLanguage(): string {
  return i18n.global.locale.value
}

/** Name of the server's Language record for the current language. */
export function languageRecord(): string {
  return languages.find(({ code }) => code === currentLanguage())?.record ?? 'en'
}

/** The interface language for a language tag such as `zh`, `zh_CN` or `en-GB`. */
function matchLanguage(tag: string): LanguageCode {
  return tag.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

export async function setLanguage(tag: string): Promise<LanguageCode> {
  const language = matchLanguage(tag)
  i18n.global.setLocaleMessage(language, await catalogues[language]())
  i18n.global.locale.value = language as 'en'
  document.documentElement.lang = language
  return language
}
