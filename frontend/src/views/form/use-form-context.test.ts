import { beforeEach, expect, it, vi } from 'vitest'
import { createApp } from 'vue'

import { fetchValues } from '@/api/resource'
import type { Row } from '@/api/resource'
import { SessionKey } from '@/api/session'

import { field, metaOf, session } from '../../../tests/examples'
import { useDocument } from './use-document'
import { useForm } from './use-form-context'
import type { FormModel } from './use-form-context'

vi.mock('@/api/resource', async (original) => ({ ...(await original<typeof import('@/api/resource')>()), fetchValues: vi.fn() }))

const customer = field('customer', { fieldtype: 'Link', options: 'Customer' })
const city = field('city', { fetch_from: 'customer.city' })
const meta = metaOf([customer, city])

/** A new document; the server answers to the n-th choice when it is told to. */
function opened() {
  const answers: ((values: Row) => void)[] = []
  vi.mocked(fetchValues).mockImplementation(() => new Promise((answer) => answers.push(answer)))
  const model = useDocument(meta)
  model.start({ customer: null, city: null })
  let form!: FormModel
  const app = createApp({ setup: () => ((form = useForm(meta, model)), () => null) })
  app.provide(SessionKey, session).mount(document.createElement('div'))
  return { doc: model.doc, change: form.change, answer: (choice: number, found: string) => answers[choice]!({ city: found }) }
}

beforeEach(() => vi.resetAllMocks())

it('shows what comes with a chosen link', async () => {
  const { doc, change, answer } = opened()
  const chosen = change(customer, 'C-1')
  answer(0, '上海')
  await chosen
  expect(doc.value).toMatchObject({ customer: 'C-1', city: '上海' })
})

it('takes the answer to the last choice, in whichever order answers come', async () => {
  const { doc, change, answer } = opened()
  const both = [change(customer, 'C-1'), change(customer, 'C-2')]
  answer(1, '北京')
  answer(0, '上海')
  await Promise.all(both)
  expect(doc.value).toMatchObject({ customer: 'C-2', city: '北京' })
})

it('leaves what was typed while the answer was under way', async () => {
  const { doc, change, answer } = opened()
  const chosen = change(customer, 'C-1')
  await change(city, '广州')
  answer(0, '上海')
  await chosen
  expect(doc.value).toMatchObject({ customer: 'C-1', city: '广州' })
})
