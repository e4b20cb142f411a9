// Filter operators by family of values.
import type { Operator } from '@/metadata/filters'

export const TEXT_OPERATORS: readonly Operator[] = ['like', '=', '!=', 'not like', 'in', 'not in', 'is']
export const CHOICE_OPERATORS: readonly Operator[] = ['=', '!=', 'in', 'not in', 'like', 'is']
export const NUMBER_OPERATORS: readonly Operator[] = ['=', '!=', '>', '<', '>=', '<=', 'between', 'is']
export const DATE_OPERATORS: readonly Operator[] = ['=', '>', '<', '>=', '<=', 'between', 'timespan', 'is']
export const CHECK_OPERATORS: readonly Operator[] = ['=']
export const PRESENCE_OPERATORS: readonly Operator[] = ['is']
