// Questions that follow each other: only the answer to the newest one counts, whichever comes last.

/** Begins a question; what it answers says whether that one is still the newest. */
export function newestOnly(): () => () => boolean {
  let begun = 0
  return () => {
    const own = ++begun
    return () => own === begun
  }
}
