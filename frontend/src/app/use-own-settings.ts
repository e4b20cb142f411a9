// What the signed-in person may switch anywhere: language, theme, and the end of the session.
import { errorText } from '@/api/errors'
import { saveLanguage, saveTheme, signOut, useSession } from '@/api/session'
import { warn } from '@/shared/feedback'
import type { languages } from '@/shared/i18n'
import { forgetAll, remember } from '@/shared/storage'
import { themeRecord } from '@/shared/theme'
import type { Theme } from '@/shared/theme'

export interface OwnSettings {
  chooseLanguage: (language: (typeof languages)[number]) => Promise<void>
  chooseTheme: (theme: Theme) => Promise<void>
  leave: () => Promise<void>
}

/** `show` applies a theme at once; the server keeps it for the next sign-in. */
export function useOwnSettings(show: (theme: Theme) => void): OwnSettings {
  const { boot } = useSession()

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (failure) {
      warn(errorText(failure))
    }
  }

  return {
    // Labels of definitions come from the server in one language: the page is loaded anew.
    chooseLanguage: ({ code, record }) =>
      attempt(async () => {
        await saveLanguage(boot.user, record)
        remember('language', code)
        window.location.reload()
      }),
    chooseTheme: (theme) => {
      show(theme)
      return attempt(() => saveTheme(boot.user, themeRecord(theme)))
    },
    leave: () =>
      attempt(async () => {
        await signOut()
        // Somebody else may use this browser next.
        forgetAll('unsaved:')
        window.location.assign('/login')
      }),
  }
}
