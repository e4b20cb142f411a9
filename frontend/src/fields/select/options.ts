// Choices of a Select or Autocomplete: one per line.

export function parseOptions(options: string | null | undefined): string[] {
  return [...new Set((options ?? '').split('\n').map((line) => line.trim()))].filter((line) => line !== '')
}
