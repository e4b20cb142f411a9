import { describe, expect, it } from 'vitest'

import { doctype, field, metaOf } from '../../tests/examples'

import { metaOfNew } from './naming'

const fields = [field('tab', { fieldtype: 'Tab Break' }), field('section', { fieldtype: 'Section Break' }), field('title')]
const named = (autoname: string | null, from = fields): string[] =>
  metaOfNew(metaOf([], { doctype: doctype(from, { autoname }) })).doctype.fields.map(({ fieldname }) => fieldname)

describe('metaOfNew', () => {
  it('asks for the name in the first section where somebody names the documents', () => {
    expect(named('prompt')).toEqual(['tab', 'section', 'name', 'title'])
    expect(named(' Prompt ', [])).toEqual(['name'])
  })

  it.each([null, 'hash', 'field:title', 'ORD-.#####'])('leaves a definition that names by %s as it is', (autoname) => {
    expect(named(autoname)).toEqual(['tab', 'section', 'title'])
  })
})
