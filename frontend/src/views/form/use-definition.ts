// Whether the form that is open here has another definition by now: told by live events.
import { ref } from 'vue'
import type { Ref } from 'vue'

import { useLive } from '@/api/live'
import type { Meta } from '@/metadata/doctype'
import { metaOfNew } from '@/metadata/naming'
import { useMetaSource } from '@/metadata/source'

export function useDefinition(meta: Meta): Ref<boolean> {
  const source = useMetaSource()
  const shown = JSON.stringify(meta)
  const differs = ref(false)

  async function compare(): Promise<void> {
    // Who may not read it any more is told so when saving; the form stays as it is.
    const now = await source.load(meta.doctype.name).catch(() => null)
    if (now !== null) differs.value = ![now, metaOfNew(now)].some((one) => JSON.stringify(one) === shown)
  }

  useLive(({ kind }) => {
    if (kind === 'definitions' || kind === 'reset') void compare()
  })
  return differs
}
