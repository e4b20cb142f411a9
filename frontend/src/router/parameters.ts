// Parameters of an address.
import type { LocationQueryValue } from 'vue-router'

/** The value, or the first of several; empty when there is none. */
export const one = (value: LocationQueryValue | LocationQueryValue[] | string[] | undefined): string =>
  (Array.isArray(value) ? value[0] : value) ?? ''
