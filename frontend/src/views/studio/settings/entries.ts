// Everything that can be set, in words: where it is, what it does, and what of it cannot be undone.
import { t } from '@/shared/i18n'
import { listPath } from '@/shared/routes'

export interface Entry {
  to: string
  title: () => string
  text: () => string
  /** What cannot be undone. */
  final?: () => string
  /** More words by which it is found. */
  also?: () => string
}

export interface Group {
  title: () => string
  entries: readonly Entry[]
}

export const groups: readonly Group[] = [
  {
    title: () => t('People'),
    entries: [
      { to: listPath('User'), title: () => t('Users'), text: () => t('Add somebody, send an invitation, give roles or a role profile, disable an account. A deleted user can be restored for a while, but sets a new password.'), also: () => t('accounts, staff, passwords') },
      { to: listPath('Role'), title: () => t('Roles'), text: () => t('Names for what people do. Permissions are given to roles.') },
      { to: listPath('Role Profile'), title: () => t('Role profiles'), text: () => t('Several roles under one name; everybody who has the profile gets its changes.') },
      { to: listPath('User Group'), title: () => t('Teams'), text: () => t('People who share work, and who leads them. Rules give documents to a team: in turn, or to whoever has the least to do.'), also: () => t('user groups, members, assignment') },
      { to: '/app/studio/permissions', title: () => t('Permissions'), text: () => t('Who may do what: roles, DocTypes, levels and actions in one table.'), also: () => t('rights, access') },
      { to: listPath('User Permission'), title: () => t('User permissions'), text: () => t('Narrow one person to one territory, customer or other value.') },
      { to: '/app/studio/outsiders', title: () => t('What outsiders reach'), text: () => t('Visitors, portal users, shares and open pages.'), also: () => t('guests, security') },
    ],
  },
  {
    title: () => t('Language and formats'),
    entries: [
      { to: '/app/studio/translations', title: () => t('Texts and translations'), text: () => t('What DocTypes, fields and options are called, in each language side by side. Live at once.'), also: () => t('labels, rename, Chinese, English') },
      { to: listPath('System Settings'), title: () => t('Site settings'), text: () => t('How numbers, days and times are written, currency of the company, sessions, passwords, strict user permissions.'), also: () => t('security, number and date formats, first day of the week') },
      { to: listPath('Currency'), title: () => t('Currencies'), text: () => t('Which ones are used, with their symbol and decimal places.'), also: () => t('number formats, money') },
      { to: '/app/user-profile', title: () => t('My account'), text: () => t('Name, password, second factor, signed-in devices and the own API key. Language and theme stand in the menu of the account; where the site sets no formats, numbers and dates follow the language. Times are those of the site\'s zone for everybody.'), also: () => t('date formats, language, theme') },
    ],
  },
  {
    title: () => t('Working time'),
    entries: [
      { to: listPath('Holiday List'), title: () => t('Holidays'), text: () => t('Public holidays of a country are filled in by a button, China\'s working weekends among them.'), also: () => t('calendar, days off') },
      { to: listPath('Service Level Agreement'), title: () => t('Working hours and service levels'), text: () => t('The hours of each weekday, the holidays, and how fast an answer has to be.'), also: () => t('SLA') },
    ],
  },
  {
    title: () => t('Mail'),
    entries: [
      { to: listPath('Email Account'), title: () => t('Mail accounts'), text: () => t('Servers to send and to fetch with. “Test the Connection” tries them out without sending anything.'), also: () => t('SMTP, IMAP') },
      { to: listPath('Email Template'), title: () => t('Mail templates'), text: () => t('Texts that are filled from a document.') },
      { to: listPath('Email Queue'), title: () => t('Mail on its way'), text: () => t('What waits, what was sent and what a server refused.'), final: () => t('A mail that was sent cannot be called back.') },
    ],
  },
  {
    title: () => t('Other systems'),
    entries: [
      { to: listPath('Webhook'), title: () => t('Webhooks'), text: () => t('Other systems are called when something happens: signed, in order, tried again for a day.'), final: () => t('A call that was delivered cannot be taken back.') },
      { to: listPath('Webhook Request Log'), title: () => t('Calls of webhooks'), text: () => t('What was called with which answer; a call can be sent again under its first id.'), also: () => t('delivery log, resend') },
      { to: '/app/studio/keys', title: () => t('API keys'), text: () => t('Who has a key; take one away, or make one for a program. The secret is shown once.'), final: () => t('A new key ends the old one.') },
    ],
  },
  {
    title: () => t('Records and privacy'),
    entries: [
      { to: '/app/studio/audit', title: () => t('Audit log'), text: () => t('Who changed rights, saw masked values or erased data. Each entry is chained to the one before; verify it here.'), also: () => t('history, security, hash chain') },
      { to: '/app/studio/personal-data', title: () => t('Personal data'), text: () => t('Which fields hold personal or confidential values, and after how many days they are emptied.'), final: () => t('What retention has emptied is gone for good.'), also: () => t('masking, GDPR, PIPL, sensitivity') },
      { to: '/app/studio/person', title: () => t('Report and erasure for a person'), text: () => t('Everything that is held about one person, as a file; or its erasure.'), final: () => t('An erasure cannot be undone.'), also: () => t('subject, GDPR, PIPL') },
      { to: listPath('Consent'), title: () => t('Consents'), text: () => t('Who agreed to what, and who withdrew it.') },
      { to: listPath('Legal Hold'), title: () => t('Legal holds'), text: () => t('What must be kept for now, whatever retention or erasure say.') },
    ],
  },
  {
    title: () => t('Changes of the site'),
    entries: [
      { to: '/app/studio/plans', title: () => t('History of changes'), text: () => t('Every change of definitions with who, when and what; taken back by one click.'), also: () => t('undo, roll back') },
      { to: '/app/studio/files', title: () => t('Definitions as files'), text: () => t('Take everything that this site has defined away as files for Git, and bring files in through a plan.'), also: () => t('export, import, version control') },
    ],
  },
]

/** The groups with the entries in which every word is found. */
export function found(search: string): Group[] {
  const words = search.trim().toLowerCase().split(/\s+/)
  const holds = (entry: Entry): boolean => {
    const text = [entry.title(), entry.text(), entry.also?.() ?? '', entry.final?.() ?? ''].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  }
  return groups.map((group) => ({ ...group, entries: group.entries.filter(holds) })).filter((group) => group.entries.length > 0)
}
