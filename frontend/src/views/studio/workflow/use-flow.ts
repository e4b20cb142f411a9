// One workflow on the workbench: its shape, what is selected, undo and redo, and its faults as the server sees them.
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'

import { errorText } from '@/api/errors'
import type { Draft } from '@/api/plans'
import { checkWorkflow } from '@/api/studio-workflows'
import type { Ground } from '@/api/studio-workflows'

import { useHistory } from '../use-history'
import { draftOf, statesBefore } from './draft'
import { bodyOf, goneStates } from './flow'
import type { Flow, FlowState, FlowTransition } from './flow'
import { useKeptFlow } from './kept-flow'
import type { KeptFlow } from './kept-flow'
import { sortProblems } from './problems'
import type { Sorted } from './problems'

const PAUSE = 500

export interface FlowWork {
  ground: Ground
  before: Flow | null
  /** A role, state or action in the person's language. */
  label: (name: string) => string
  flow: ShallowRef<Flow>
  /** Key of the selected state or transition; null for the workflow itself. */
  selected: Ref<string | null>
  state: ComputedRef<FlowState | null>
  transition: ComputedRef<FlowTransition | null>
  draft: ComputedRef<Draft>
  size: ComputedRef<number>
  /** States that go, with the key of the state that their documents go to (empty: not said yet). */
  gone: ComputedRef<Map<string, string>>
  /** The record as it would be stored. */
  body: ComputedRef<Draft['definitions'][number]>
  problems: ShallowRef<Sorted>
  checking: Ref<'idle' | 'waiting' | 'failed'>
  checkFailure: Ref<string>
  /** Changes of the same `edit` that follow each other are one step. */
  change: (next: Flow, edit?: string) => void
  /** Changes and selects what is new. */
  add: (made: readonly [Flow, string]) => void
  canUndo: ComputedRef<boolean>
  canRedo: ComputedRef<boolean>
  undo: () => void
  redo: () => void
  drop: () => void
}

const nothing: Sorted = { at: new Map(), other: [] }

export function useFlow(key: string, { flow: start, before, as_of }: KeptFlow, ground: Ground): FlowWork {
  const { state: flow, change, canUndo, canRedo, undo, redo } = useHistory(start)
  const selected = ref<string | null>(null)
  const had = before === null ? Object.keys(ground.used) : statesBefore(bodyOf(before, []), ground)
  const draft = computed(() => ({ ...draftOf(flow.value, before, had, ground), as_of }))
  const size = computed(() => draft.value.definitions.length + draft.value.removed.length)
  const body = computed(() => bodyOf(flow.value, had))
  const forget = useKeptFlow(key, { before, as_of }, flow, () => size.value > 0 || before === null)
  const checked = useCheck(flow, () => body.value)

  /** What a step took away is selected no more. */
  function stepped(step: () => void): void {
    step()
    const there = [...flow.value.states, ...flow.value.transitions].some((one) => one.key === selected.value)
    if (!there) selected.value = null
  }

  return {
    ground,
    before,
    label: (name) => ground.labels[name] ?? name,
    flow,
    selected,
    state: computed(() => flow.value.states.find((one) => one.key === selected.value) ?? null),
    transition: computed(() => flow.value.transitions.find((one) => one.key === selected.value) ?? null),
    draft,
    size,
    body,
    gone: computed(() => goneStates(flow.value, had)),
    ...checked,
    change: (next, edit) => stepped(() => change(next, edit)),
    add: ([next, made]) => {
      change(next)
      selected.value = made
    },
    canUndo,
    canRedo,
    undo: () => stepped(undo),
    redo: () => stepped(redo),
    drop: forget,
  }
}

/** Asks for the faults a moment after each change; an answer that is overtaken counts no more. */
function useCheck(flow: ShallowRef<Flow>, body: () => Draft['definitions'][number]): Pick<FlowWork, 'problems' | 'checking' | 'checkFailure'> {
  const problems = shallowRef<Sorted>(nothing)
  const checking = ref<FlowWork['checking']['value']>('waiting')
  const checkFailure = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined

  async function look(asked: Flow): Promise<void> {
    try {
      const found = await checkWorkflow(body())
      if (asked !== flow.value) return
      problems.value = sortProblems(asked, found)
      checking.value = 'idle'
      checkFailure.value = ''
    } catch (failure) {
      if (asked !== flow.value) return
      checking.value = 'failed'
      checkFailure.value = errorText(failure)
    }
  }

  watch(
    flow,
    (asked) => {
      clearTimeout(timer)
      checking.value = 'waiting'
      timer = setTimeout(() => void look(asked), PAUSE)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return { problems, checking, checkFailure }
}
