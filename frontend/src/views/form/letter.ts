// A letter while it is written: whom it goes to, what it answers.
import { isAddress } from '@/api/mail'
import type { Letter } from '@/api/mail'
import { asText } from '@/api/resource'
import type { Doc, Row } from '@/api/resource'
import type { Meta } from '@/metadata/doctype'
import { t } from '@/shared/i18n'

/** Addresses in a text of a mail's head: "张 <zhang@example.org>, b@example.org". */
export function addressesIn(text: string): string[] {
  const parts = text.split(/[,;\n]/).map((part) => (/<([^>]+)>/.exec(part)?.[1] ?? part).trim())
  return [...new Set(parts.filter(isAddress))]
}

/** The addresses that stand in the document itself. */
function ownAddresses(meta: Meta, doc: Doc): string[] {
  const fields = meta.doctype.fields.filter((field) => field.options === 'Email' || /(^|_)email(_id)?$/.test(field.fieldname))
  return [...new Set(fields.map(({ fieldname }) => asText(doc[fieldname])).filter(isAddress))]
}

const quoted = (row: Row): string => `<p></p><blockquote>${asText(row['content'])}</blockquote>`

/** A new letter, or the answer to a mail of the timeline. */
export function newLetter(meta: Meta, doc: Doc, answered: Row | null): Letter {
  const subject = answered === null ? '' : asText(answered['subject'])
  const received = answered?.['sent_or_received'] === 'Received'
  const people = answered === null ? ownAddresses(meta, doc).slice(0, 1) : addressesIn(asText(answered[received ? 'sender' : 'recipients']))
  return {
    doctype: meta.doctype.name,
    name: asText(doc['name']),
    communication_medium: 'Email',
    recipients: people,
    cc: answered === null ? [] : addressesIn(asText(answered['cc'])),
    bcc: [],
    subject: subject === '' || /^(re|回复)\s*[:：]/i.test(subject) ? subject : t('Re: {subject}', { subject }),
    content: answered === null ? '' : quoted(answered),
    send_email: true,
    send_me_a_copy: false,
    attachments: [],
    attach_document_print: false,
    print_format: '',
    print_language: '',
    email_template: '',
    in_reply_to: answered === null ? '' : asText(answered['name']),
  }
}
