// Assignments, tags and shares of a document, changed one at a time.
import { ref } from 'vue'
import type { Ref } from 'vue'

import { errorText } from '@/api/errors'
import { addTag, assign, getSocial, removeTag, share, unassign, unshare } from '@/api/social'
import type { Social } from '@/api/social'
import { warn } from '@/shared/feedback'

export interface SocialModel {
  social: Ref<Social | null>
  busy: Ref<boolean>
  assign: (user: string) => Promise<void>
  unassign: (user: string) => Promise<void>
  tag: (tag: string) => Promise<void>
  untag: (tag: string) => Promise<void>
  share: (user: string, write: boolean) => Promise<void>
  unshare: (user: string) => Promise<void>
}

/** Whoever may not see these sees nothing; a refused change is told and undone by the reading that follows. */
export function useSocial(doctype: string, name: string): SocialModel {
  const social = ref<Social | null>(null)
  const busy = ref(false)

  async function load(): Promise<void> {
    social.value = await getSocial(doctype, name).catch(() => null)
  }

  async function change(work: Promise<unknown>): Promise<void> {
    busy.value = true
    await work.catch((failure: unknown) => warn(errorText(failure)))
    await load()
    busy.value = false
  }

  void load()
  return {
    social,
    busy,
    assign: (user) => change(assign(doctype, name, [user])),
    unassign: (user) => change(unassign(doctype, name, user)),
    tag: (tag) => change(addTag(doctype, name, tag)),
    untag: (tag) => change(removeTag(doctype, name, tag)),
    share: (user, write) => change(share(doctype, name, user, write)),
    unshare: (user) => change(unshare(doctype, name, user)),
  }
}
