import { describe, expect, it } from 'vitest'

import { field, metaOf } from '../../../tests/examples'
import { addressesIn, newLetter } from './letter'

const meta = metaOf([field('email_id', { options: 'Email' }), field('title')])

describe('addressesIn', () => {
  it.each([
    ['张 <zhang@example.org>, b@example.org; zhang@example.org', ['zhang@example.org', 'b@example.org']],
    ['nobody', []],
    ['', []],
  ])('%s', (text, found) => expect(addressesIn(text)).toEqual(found))
})

describe('newLetter', () => {
  it('goes to the address of the document', () => {
    expect(newLetter(meta, { name: 'C-1', email_id: 'a@b.cn' }, null)).toMatchObject({ name: 'C-1', recipients: ['a@b.cn'], subject: '', in_reply_to: '' })
  })

  it('answers who wrote, and those to whom was written', () => {
    const mail = { name: 'm1', subject: '报价', sender: '张 <zhang@example.org>', recipients: 'us@example.com', cc: 'c@d.cn', content: '<p>您好</p>' }
    expect(newLetter(meta, {}, { ...mail, sent_or_received: 'Received' })).toMatchObject({ recipients: ['zhang@example.org'], cc: ['c@d.cn'], subject: 'Re: 报价', in_reply_to: 'm1' })
    expect(newLetter(meta, {}, { ...mail, sent_or_received: 'Sent', subject: 'Re: 报价' })).toMatchObject({ recipients: ['us@example.com'], subject: 'Re: 报价' })
  })
})
