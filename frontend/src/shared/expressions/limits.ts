// Limits of the expression language; the same numbers as in crm_platform/expressions/limits.py.

export const MAX_DEPTH = 64
export const MAX_TEXT = 100_000
export const MAX_LIST = 10_000
export const MAX_STEPS = 200_000
export const MAX_NESTED_LISTS = 8
export const MAX_NUMBER = '1000000000000000000'
export const MAX_EXPONENT = 18
export const MIN_EXPONENT = -40
export const MAX_PLACES = 15
export const PRECISION = 34
