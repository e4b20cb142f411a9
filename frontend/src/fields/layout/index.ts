// Breaks that arrange the fields around them; `metadata/layout.ts` turns them into tabs, sections and columns.
import type { FieldKind } from '../contract'

export const layout: FieldKind = {
  id: 'layout',
  fieldtypes: ['Section Break', 'Column Break', 'Tab Break', 'Fold'],
  component: null,
  format: () => '',
  operators: [],
}
