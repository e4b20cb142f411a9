// Light, dark or the system's colours.
import { ref, watchEffect } from 'vue'
import type { Ref } from 'vue'

import { recall, remember } from './storage'

export const themes = ['light', 'dark', 'system'] as const
export type Theme = (typeof themes)[number]

const isTheme = (value: string | null): value is Theme => themes.includes(value as Theme)

export function useTheme(): Ref<Theme> {
  const stored = recall('theme')
  const theme = ref<Theme>(isTheme(stored) ? stored : 'system')
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
