// What can be done from anywhere, as the command palette offers it.
import { useRouter } from 'vue-router'

import { mayShape, useSession } from '@/api/session'
import { languages, t } from '@/shared/i18n'
import type { Theme } from '@/shared/theme'

import type { Command } from './commands'
import { useOwnSettings } from './use-own-settings'

interface Shell {
  showTheme: (theme: Theme) => void
  explain: () => void
}

export function useShellActions({ showTheme, explain }: Shell): () => Command[] {
  const router = useRouter()
  const session = useSession()
  const { chooseLanguage, chooseTheme, leave } = useOwnSettings(showTheme)
  const action = (key: string, text: string, run: () => unknown): Command => ({ key: `action:${key}`, text, hint: t('Action'), path: '', run: () => void run() })
  const studio = mayShape(session) ? [action('studio', t('Studio'), () => router.push('/app/studio'))] : []
  return () => [
    ...studio,
    action('account', t('My account'), () => router.push('/app/user-profile')),
    action('light', t('Light colours'), () => chooseTheme('light')),
    action('dark', t('Dark colours'), () => chooseTheme('dark')),
    action('system', t('Colours like the system'), () => chooseTheme('system')),
    ...languages.map((language) => action(language.code, t('Language: {name}', { name: language.name }), () => chooseLanguage(language))),
    action('shortcuts', t('Keyboard shortcuts'), explain),
    action('leave', t('Sign out'), leave),
  ]
}
