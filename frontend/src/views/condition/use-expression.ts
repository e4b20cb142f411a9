// The text of a condition and its rows, kept in step: rows write the text, the server reads it.
import { ref, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'

import { errorText } from '@/api/errors'
import { checkExpression } from '@/api/expressions'
import type { ExpressionFault, ExpressionQuestion } from '@/api/expressions'

import { emptyGroup } from './model'
import type { ConditionGroup, Spelling } from './model'
import { groupOf } from './rows-of'
import { spell } from './spelling'

const PAUSE = 350

export interface ExpressionWork {
  /** Null while the text does not fit rows. */
  group: ShallowRef<ConditionGroup | null>
  asText: Ref<boolean>
  fault: Ref<ExpressionFault | null>
  reading: Ref<boolean>
  setGroup: (group: ConditionGroup) => void
  setText: (text: string) => void
}

/** `question` is all but the expression itself; `write` takes the changed text. */
export function useExpression(text: () => string, spelling: () => Spelling, question: () => Omit<ExpressionQuestion, 'expression'>, write: (text: string) => void): ExpressionWork {
  const group = shallowRef<ConditionGroup | null>(null)
  const asText = ref(false)
  const fault = ref<ExpressionFault | null>(null)
  const reading = ref(false)
  let known: string | null = null
  let waiting: ReturnType<typeof setTimeout> | undefined

  /** `keepsRows`: the rows made the text, only its faults are asked for. */
  async function check(expression: string, keepsRows: boolean): Promise<void> {
    clearTimeout(waiting)
    fault.value = null
    if (expression.trim() === '') {
      if (!keepsRows) group.value = emptyGroup()
      return
    }
    reading.value = !keepsRows && group.value === null
    try {
      const answer = await checkExpression({ ...question(), expression })
      if (known !== expression) return
      fault.value = answer.fault
      if (!keepsRows) group.value = groupOf(answer.tree)
    } catch (failure) {
      if (known !== expression) return
      fault.value = { message: errorText(failure), line: null, column: null }
      if (!keepsRows) group.value = null
    } finally {
      reading.value = false
    }
  }

  function changed(expression: string, keepsRows: boolean): void {
    known = expression
    write(expression)
    clearTimeout(waiting)
    waiting = setTimeout(() => void check(expression, keepsRows), PAUSE)
  }

  function setGroup(next: ConditionGroup): void {
    group.value = next
    const made = spell(next, spelling())
    changed(made !== '' && spelling() === 'JavaScript' ? `eval:${made}` : made, true)
  }

  watch(
    text,
    (expression) => {
      if (expression === known) return
      known = expression
      group.value = null
      void check(expression, false).then(() => (asText.value = group.value === null))
    },
    { immediate: true },
  )

  return { group, asText, fault, reading, setGroup, setText: (expression) => changed(expression, false) }
}
