// Names of layers and fields for people.
import { asText } from '@/api/resource'
import type { Row } from '@/api/resource'
import type { Studied } from '@/api/studio'
import type { DocField } from '@/metadata/doctype'
import { t } from '@/shared/i18n'

export function ownerText(layer: string): string {
  if (layer === 'core') return t('Standard')
  if (layer === 'site' || layer === '') return t('This site')
  return t('Pack {pack}', { pack: layer })
}

/** A field's label in the person's language; one that was just written stands as it is. */
export function labelOf(studied: Studied, field: Row): string {
  const label = asText(field['label'])
  return studied.labels[label] ?? label
}

/** The fields of a form under work as controls take them, with what people read in their language. */
export function fieldsUnderWork(studied: Studied, fields: readonly Row[]): DocField[] {
  const said = (text: string): string => studied.labels[text] ?? text
  return fields.map((field) => ({ ...field, label: labelOf(studied, field), description: said(asText(field['description'])) }) as unknown as DocField)
}
