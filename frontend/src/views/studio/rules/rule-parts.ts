// What each trigger and each action of a rule is made of: the tables that the builder draws its forms from.
import { asText } from '@/api/resource'
import type { Row } from '@/api/resource'
import { t } from '@/shared/i18n'

/** Which control a field of Automation Rule or Automation Action gets; `field`: that of its own kind. */
export type Control = 'field' | 'values' | 'fieldnames' | 'datefield' | 'state' | 'users' | 'record' | 'lookup' | 'lookupfield' | 'expression' | 'schedule'

export interface Part {
  field: string
  control: Control
  /** Of a `record`: the DocType that is chosen from. */
  of?: string
  shown?: (row: Row) => boolean
}

export interface Kind {
  text: () => string
  help: () => string
  parts: readonly Part[]
}

const part = (field: string, control: Control = 'field', more: Partial<Part> = {}): Part => ({ field, control, ...more })

export const TRIGGERS: Record<string, Kind> = {
  Created: { text: () => t('is created'), help: () => t('Once, when a new document is saved.'), parts: [] },
  Changed: {
    text: () => t('is changed'),
    help: () => t('When a stored document is saved with other values.'),
    parts: [part('watched_fields', 'fieldnames'), part('from_value'), part('to_value')],
  },
  Submitted: { text: () => t('is submitted'), help: () => t('Of DocTypes whose documents are submitted.'), parts: [] },
  Cancelled: { text: () => t('is cancelled'), help: () => t('Of DocTypes whose documents are submitted.'), parts: [] },
  Deleted: { text: () => t('is deleted'), help: () => t('Its last values can still be read.'), parts: [] },
  'Workflow State': { text: () => t('enters a workflow state'), help: () => t('When its workflow takes a document into the state.'), parts: [part('workflow_state', 'state')] },
  'Date Reached': {
    text: () => t('reaches a date'),
    help: () => t('Once per document, when the moment has come.'),
    parts: [part('date_field', 'datefield'), part('days_offset'), part('hours_offset')],
  },
  Schedule: { text: () => t('is looked at by a schedule'), help: () => t('Again and again, for every document of the DocType.'), parts: [part('cron', 'schedule')] },
}

/** Triggers that nobody sets off: only the system can run their rules. */
const WITHOUT_A_USER = new Set(['Date Reached', 'Schedule'])

/** What a rule becomes that gets another trigger. */
export const triggered = (trigger: string): Row => ({ trigger, ...(WITHOUT_A_USER.has(trigger) && { run_as: 'System' }) })

const isLookup = (row: Row): boolean => row['choose_by'] === 'Lookup'
const isNamed = (row: Row): boolean => !isLookup(row)
const hasOwnText = (row: Row): boolean => !row['email_template']
const PEOPLE: readonly Part[] = [part('users', 'users', { shown: isNamed }), part('role', 'field', { shown: isNamed }), part('user_group', 'field', { shown: isNamed }), part('user_fields', 'fieldnames', { shown: isNamed })]

export const ACTIONS: Record<string, Kind> = {
  'Set Fields': { text: () => t('Set fields'), help: () => t('Of the document itself, as part of the same save.'), parts: [part('field_values', 'values')] },
  'Create Document': { text: () => t('Create a document'), help: () => t('After the save.'), parts: [part('target_doctype'), part('field_values', 'values', { shown: (row) => Boolean(row['target_doctype']) })] },
  Assign: {
    text: () => t('Assign'),
    help: () => t('A task for somebody: in turn, by load, or by a field such as the territory.'),
    parts: [part('choose_by'), ...PEOPLE, part('lookup_field', 'lookupfield', { shown: isLookup }), part('lookup', 'lookup', { shown: isLookup }), part('message')],
  },
  Notify: { text: () => t('Notify'), help: () => t('In the interface. Nobody is told of what they may not read.'), parts: [...PEOPLE, part('subject'), part('message')] },
  'Send Mail': {
    text: () => t('Send a mail'),
    help: () => t('Through the outgoing mail account.'),
    parts: [...PEOPLE, part('email_template', 'record', { of: 'Email Template' }), part('subject', 'field', { shown: hasOwnText }), part('message', 'field', { shown: hasOwnText })],
  },
  Webhook: { text: () => t('Call a webhook'), help: () => t('Signed, and tried again when it fails.'), parts: [part('webhook', 'record', { of: 'Webhook' })] },
  'Start Clock': { text: () => t('Start the service clock'), help: () => t('Without an agreement the one that fits.'), parts: [part('service_level_agreement')] },
  'Pause Clock': { text: () => t('Pause the service clock'), help: () => t('Its time stands still.'), parts: [] },
  'Resume Clock': { text: () => t('Resume the service clock'), help: () => t('After a pause.'), parts: [] },
  'Stop Clock': { text: () => t('Stop the service clock'), help: () => t('For good.'), parts: [] },
}

const shownIn = (kind: Kind | undefined, row: Row): Part[] => (kind?.parts ?? []).filter(({ shown }) => shown === undefined || shown(row))

export const triggerParts = (rule: Row): Part[] => shownIn(TRIGGERS[asText(rule['trigger'])], rule)
export const actionParts = (action: Row): Part[] => shownIn(ACTIONS[asText(action['action'])], action)

export const newRule = (): Row => ({ rule_name: '', document_type: '', enabled: 1, trigger: 'Created', run_as: 'Triggering User', priority: 0, condition: '', log_misses: 1, refuse_on_error: 0, actions: [] })

export const newAction = (action: string): Row => ({ action, ...(action === 'Assign' && { choose_by: 'Round Robin' }) })

const TRIGGER_FIELDS = [...new Set(Object.values(TRIGGERS).flatMap(({ parts }) => parts.map(({ field }) => field)))]
const ACTION_FIELDS = [...new Set(Object.values(ACTIONS).flatMap(({ parts }) => parts.map(({ field }) => field)))]
const COMMON = ['rule_name', 'document_type', 'enabled', 'trigger', 'run_as', 'priority', 'condition', 'log_misses', 'refuse_on_error'] as const
const EMPTY: Row = { days_offset: 0, hours_offset: 0 }

/** The fields of these names; what the chosen trigger or action does not read is emptied, so that it does not come back. */
function only(row: Row, fields: readonly string[], parts: readonly Part[]): Row {
  const read = new Set(parts.map(({ field }) => field))
  return Object.fromEntries(fields.map((field) => [field, read.has(field) ? (row[field] ?? EMPTY[field] ?? null) : (EMPTY[field] ?? null)]))
}

/** The rule as it is sent: rows keep their names, so that a turn among people goes on. */
export function ruleBody(rule: Row): Row {
  const actions = (Array.isArray(rule['actions']) ? rule['actions'] : []).map((action) => ({
    ...(action['name'] && { name: action['name'] }),
    action: action['action'],
    ...only(action, ACTION_FIELDS, actionParts(action)),
  }))
  return { ...Object.fromEntries(COMMON.map((field) => [field, rule[field]])), ...only(rule, TRIGGER_FIELDS, triggerParts(rule)), actions }
}
