// Light, dark or the system's colours: the choice of the user, as the server keeps it, and of this browser before the sign-in.
import { ref, watchEffect } from 'vue'
import type { Ref } from 'vue'

import { recall, remember } from './storage'

export const themes = ['light', 'dark', 'system'] as const
export type Theme = (typeof themes)[number]

/** Frappe's User.desk_theme. */
const RECORDS: Record<Theme, string> = { light: 'Light', dark: 'Dark', system: 'Automatic' }

const isTheme = (value: string | null): value is Theme => themes.includes(value as Theme)

export function themeRecord(theme: Theme): string {
  return RECORDS[theme]
}

/** `record` is the user's theme; null before the sign-in. */
export function useTheme(record: string | null): Ref<Theme> {
  const stored = recall('theme')
  const theme = ref<Theme>(themes.find((name) => RECORDS[name] === record) ?? (isTheme(stored) ? stored : 'system'))
  const system = window.matchMedia('(prefers-color-scheme: dark)')
  const systemIsDark = ref(system.matches)
  system.addEventListener('change', (event) => (systemIsDark.value = event.matches))
  watchEffect(() => {
    const dark = theme.value === 'dark' || (theme.value === 'system' && systemIsDark.value)
    document.documentElement.classList.toggle('dark', dark)
    remember('theme', theme.value)
  })
  return theme
}
