// The way to an application of one's own, in the order in which it is easiest.
import { t } from '@/shared/i18n'
import { listPath } from '@/shared/routes'

export interface Step {
  title: () => string
  text: () => string
  /** Where it is done; the first step is done on the studio's own page. */
  to?: string
}

export const STEPS: readonly Step[] = [
  { title: () => t('What you keep'), text: () => t('Make a DocType for each kind of document, such as Patient and Appointment. Rows inside a document, such as the lines of a bill, are a child table: make it first.') },
  { title: () => t('Who works with it'), text: () => t('A role for each kind of work, such as Doctor.'), to: listPath('Role') },
  { title: () => t('People'), text: () => t('Accounts with their roles; people who share work are a team (Settings).'), to: listPath('User') },
  { title: () => t('Who may do what'), text: () => t('Without a row of rights only the Administrator sees the documents.'), to: '/app/studio/permissions' },
  { title: () => t('Who agrees'), text: () => t('A workflow leads documents from state to state, with approvals.'), to: '/app/studio/workflows' },
  { title: () => t('What happens by itself'), text: () => t('Rules set fields, tell people, send mail and call other systems.'), to: '/app/studio/rules' },
  { title: () => t('On paper'), text: () => t('Begin with the generated print format and change it.'), to: '/app/studio/print' },
  { title: () => t('At a glance'), text: () => t('Reports, dashboards, and a workspace that puts all of it into the menu.'), to: '/app/studio/pages' },
]
