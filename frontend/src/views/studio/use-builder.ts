// One DocType on the workbench: its shape, what is selected, undo and redo.
import { computed, ref } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'

import type { Draft } from '@/api/plans'
import { asText } from '@/api/resource'
import type { Value } from '@/api/resource'
import type { Studied } from '@/api/studio'

import { draftOf, isNewDoctype, isOwn, startShape } from './definitions'
import type { Shape, TypeOf } from './definitions'
import { useKeptWork } from './kept-work'
import type { Work } from './kept-work'
import type { Dropped } from './drop-target'
import { copied, fieldnameFor, inserted, moved, movedPart, nameOf, relabelled, retitled, titled } from './outline'
import { useHistory } from './use-history'

export interface Builder {
  studied: Studied
  shape: ShallowRef<Shape>
  /** Fieldname of the selected field; null for the DocType itself. */
  selected: Ref<string | null>
  draft: ComputedRef<Draft>
  /** Number of definitions that the draft brings or takes away. */
  size: ComputedRef<number>
  canUndo: ComputedRef<boolean>
  canRedo: ComputedRef<boolean>
  undo: () => void
  redo: () => void
  add: (fieldtype: string, label: string, at?: number) => void
  move: (from: number, to: number) => void
  /** A field of the form, or a new one of a kind, comes to stand there. */
  place: (what: Dropped, at: number) => void
  /** A whole section or tab goes before its neighbour (-1) or behind it. */
  movePart: (fieldname: string, by: -1 | 1) => void
  /** A second field like this one stands below it. */
  copy: (fieldname: string) => void
  remove: (fieldname: string) => void
  set: (fieldname: string, property: string, value: Value) => void
  setDoctype: (property: string, value: Value) => void
  /** Takes a Property Setter of the site back, or keeps it after all. */
  toggleReset: (name: string) => void
  /** Whether the field may go: it is the site's own. */
  isRemovable: (fieldname: string) => boolean
  isNewField: (fieldname: string) => boolean
  /** Goes back to the definition as it is in force. */
  drop: () => void
}

/** `labelOfType` names a new field by its kind until somebody writes a label. */
export function useBuilder(key: string, { studied, shape: first }: Work, typeOf: TypeOf, labelOfType: (fieldtype: string) => string): Builder {
  const { state: shape, change, canUndo, canRedo, undo, redo } = useHistory(first)
  const selected = ref<string | null>(null)
  const before = new Set(startShape(studied).fields.map(nameOf))
  const custom = new Set(studied.custom_fields.map((row) => asText(row['fieldname'])))
  const draft = computed(() => draftOf(studied, shape.value, typeOf))
  const size = computed(() => draft.value.definitions.length + draft.value.removed.length)
  const forgetWork = useKeptWork(key, studied, shape, () => size.value > 0 || isNewDoctype(studied))

  const isNewField = (fieldname: string): boolean => !before.has(fieldname)
  const positionOf = (fieldname: string | null): number => shape.value.fields.findIndex((row) => nameOf(row) === fieldname)

  function add(fieldtype: string, label: string, at = shape.value.fields.length): void {
    const fieldname = fieldnameFor(label, fieldtype, new Set(shape.value.fields.map(nameOf)))
    const properties = isNewDoctype(studied) ? titled(shape.value.properties, fieldtype, fieldname) : shape.value.properties
    change({ ...shape.value, properties, fields: inserted(shape.value.fields, at, { fieldname, fieldtype, label }) })
    selected.value = fieldname
  }

  const move = (from: number, to: number): void => change({ ...shape.value, fields: moved(shape.value.fields, from, to) })

  function place(what: Dropped, at: number): void {
    if ('fieldtype' in what) {
      add(what.fieldtype, labelOfType(what.fieldtype), at)
    } else {
      move(positionOf(what.fieldname), at)
      selected.value = what.fieldname
    }
  }

  function copy(fieldname: string): void {
    const position = positionOf(fieldname)
    const field = copied(shape.value.fields[position]!, new Set(shape.value.fields.map(nameOf)))
    change({ ...shape.value, fields: inserted(shape.value.fields, position + 1, field) })
    selected.value = nameOf(field)
  }

  function remove(fieldname: string): void {
    const position = positionOf(fieldname)
    const fields = shape.value.fields.filter((row) => nameOf(row) !== fieldname)
    change({ ...shape.value, properties: retitled(shape.value.properties, fieldname, ''), fields })
    const next = fields[Math.min(position, fields.length - 1)]
    selected.value = next === undefined ? null : nameOf(next)
  }

  function set(fieldname: string, property: string, value: Value): void {
    const position = positionOf(fieldname)
    const field = shape.value.fields[position]
    if (field === undefined) return
    const isNamedAnew = property === 'label' && isNewField(fieldname)
    const next = isNamedAnew ? relabelled(shape.value.fields, field, asText(value)) : { ...field, [property]: value }
    const properties = retitled(shape.value.properties, fieldname, nameOf(next))
    change({ ...shape.value, properties, fields: shape.value.fields.map((row, at) => (at === position ? next : row)) }, `${position}.${property}`)
    selected.value = nameOf(next)
  }

  function toggleReset(name: string): void {
    const { reset } = shape.value
    change({ ...shape.value, reset: reset.includes(name) ? reset.filter((one) => one !== name) : [...reset, name] })
  }

  /** A field that a step took away or renamed is selected no more. */
  function stepped(step: () => void): void {
    step()
    if (positionOf(selected.value) < 0) selected.value = null
  }

  return {
    studied,
    shape,
    selected,
    draft,
    size,
    canUndo,
    canRedo,
    undo: () => stepped(undo),
    redo: () => stepped(redo),
    add,
    move,
    place,
    movePart: (fieldname, by) => change({ ...shape.value, fields: movedPart(shape.value.fields, positionOf(fieldname), by) }),
    copy,
    remove,
    set,
    setDoctype: (property, value) => change({ ...shape.value, properties: { ...shape.value.properties, [property]: value } }, `.${property}`),
    toggleReset,
    isRemovable: (fieldname) => isOwn(studied) || isNewField(fieldname) || custom.has(fieldname),
    isNewField,
    drop: forgetWork,
  }
}
