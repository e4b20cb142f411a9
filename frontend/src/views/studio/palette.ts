// Kinds of fields as the palette offers them: the common ones first, those that arrange others apart.
import { fieldtypes } from '@/metadata/doctype'
import { t } from '@/shared/i18n'

const LAYOUT = ['Section Break', 'Column Break', 'Tab Break', 'Heading', 'HTML', 'Button', 'Image', 'Fold']
const COMMON = ['Data', 'Select', 'Link', 'Date', 'Check', 'Int', 'Currency', 'Small Text', 'Table', 'Attach']

export interface PaletteGroup {
  title: string
  fieldtypes: string[]
}

export function paletteGroups(search: string, label: (text: string) => string): PaletteGroup[] {
  const wanted = search.trim().toLowerCase()
  const fits = (fieldtype: string): boolean => fieldtype.toLowerCase().includes(wanted) || label(fieldtype).toLowerCase().includes(wanted)
  const rest = fieldtypes.filter((fieldtype) => !COMMON.includes(fieldtype) && !LAYOUT.includes(fieldtype))
  return [
    { title: t('Common'), fieldtypes: COMMON.filter(fits) },
    { title: t('Layout'), fieldtypes: LAYOUT.filter(fits) },
    { title: t('More'), fieldtypes: rest.filter(fits) },
  ].filter((group) => group.fieldtypes.length > 0)
}
