// One of a list of choices.
import { contextOf } from '@/metadata/doctype'
import type { DocField } from '@/metadata/doctype'
import { t } from '@/shared/i18n'

import type { FieldKind, FormatContext } from '../contract'
import { asText } from '../format'
import { CHOICE_OPERATORS } from '../operators'
import { parseOptions } from './options'
import SelectField from './SelectField.vue'

/** A choice by its value or by what it is called in the current language. */
function parseChoice(text: string, field: DocField, { label }: FormatContext): string | undefined {
  const plain = text.trim().toLowerCase()
  return parseOptions(field.options).find((choice) => [choice, label(choice, contextOf(field))].some((name) => name.toLowerCase() === plain))
}

export const select: FieldKind = {
  id: 'select',
  fieldtypes: ['Select'],
  component: SelectField,
  format: (value, field, _row, { label }) => label(asText(value), contextOf(field)),
  operators: CHOICE_OPERATORS,
  parse: parseChoice,
  expects: () => t('Choose one of the offered values.'),
}
