// A request came back because the session is over: whoever can sign the person in again answers, and the request is repeated.

export class SignInNeeded extends Event {
  /** Set by the one who handles it: whether the person is signed in again. */
  answer: Promise<boolean> | null = null

  constructor() {
    super(SignInNeeded.kind)
  }

  static readonly kind = 'crm:sign-in-needed'
}

/** False when nobody handles it. */
export function askToSignIn(): Promise<boolean> {
  const needed = new SignInNeeded()
  document.dispatchEvent(needed)
  return needed.answer ?? Promise.resolve(false)
}
