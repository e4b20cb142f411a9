// One question to sign in again, however many requests came back at once.
import { onBeforeUnmount, onMounted, ref } from 'vue'
import type { Ref } from 'vue'

import { SignInNeeded } from '@/api/sign-in-needed'

export interface SignInAgain {
  asking: Ref<boolean>
  done: (signedIn: boolean) => void
}

export function useSignInAgain(): SignInAgain {
  const asking = ref(false)
  let waiting: ((signedIn: boolean) => void)[] = []

  function ask(event: Event): void {
    if (!(event instanceof SignInNeeded)) return
    asking.value = true
    event.answer = new Promise((resolve) => void waiting.push(resolve))
  }

  function done(signedIn: boolean): void {
    asking.value = false
    waiting.forEach((answer) => answer(signedIn))
    waiting = []
  }

  onMounted(() => document.addEventListener(SignInNeeded.kind, ask))
  onBeforeUnmount(() => document.removeEventListener(SignInNeeded.kind, ask))
  return { asking, done }
}
