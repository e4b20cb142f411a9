// How many things stand in a row.

/** So many of a row that the last row is about as full as the others. */
export function inARow(count: number, most: number): number {
  return Math.ceil(count / Math.ceil(count / most))
}
