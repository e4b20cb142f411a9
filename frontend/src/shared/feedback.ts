// Short notices and questions, the same everywhere.
import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/message-box/style/css'

import { ElMessage, ElMessageBox } from 'element-plus'
import { h } from 'vue'

import { t } from './i18n'

export function notify(message: string): void {
  ElMessage({ message, type: 'success', duration: 2500, placement: 'bottom', grouping: true })
}

const UNDO_TIME = 8000

/** Tells that a change is stored, with a button that takes it back. */
export function notifyUndoable(message: string, undo: () => void): void {
  const takeBack = (): void => {
    shown.close()
    undo()
  }
  const button = h('button', { type: 'button', class: 'link-button', onClick: takeBack }, t('Undo'))
  const shown = ElMessage({ message: h('span', [message, button]), type: 'success', duration: UNDO_TIME, placement: 'bottom' })
}

export function warn(message: string): void {
  ElMessage({ message, type: 'error', duration: 6000, placement: 'bottom', showClose: true, grouping: true })
}

export interface Question {
  title: string
  message: string
  confirm: string
  danger?: boolean
}

/** Whether the person agreed. */
export async function confirm(question: Question): Promise<boolean> {
  try {
    await ElMessageBox.confirm(question.message, question.title, {
      confirmButtonText: question.confirm,
      cancelButtonText: t('Cancel'),
      confirmButtonClass: question.danger === true ? 'el-button--danger' : '',
      closeOnClickModal: false,
    })
    return true
  } catch {
    // Element Plus rejects with the way the question was closed.
    return false
  }
}

/** What the person answered; null when the question was closed. */
export async function ask(question: Question): Promise<string | null> {
  try {
    const answer = await ElMessageBox.prompt(question.message, question.title, {
      confirmButtonText: question.confirm,
      cancelButtonText: t('Cancel'),
      inputPattern: /\S/,
      inputErrorMessage: t('Write something here.'),
      closeOnClickModal: false,
    })
    return (answer as { value: string }).value.trim()
  } catch {
    // Element Plus rejects with the way the question was closed.
    return null
  }
}
