// Drives an unmodified frappe-js-sdk against the site at argv[2] and prints what it saw as JSON.
import { FrappeApp } from 'frappe-js-sdk'

const [, , url, user, password, key] = process.argv
const seen = {}

const refused = async (promise) => {
  try {
    return { unexpected: await promise }
  } catch (error) {
    return { httpStatus: error.httpStatus, exc_type: error.exc_type, hasMessage: Boolean(error.message) }
  }
}

const app = new FrappeApp(url, { useToken: true, token: () => key, type: 'token' })
const db = app.db()
const call = app.call()

seen.greeting = await app.auth().loginWithUsernamePassword({ username: user, password })
seen.wrongPassword = await refused(app.auth().loginWithUsernamePassword({ username: user, password: 'wrong' }))
seen.user = await app.auth().getLoggedInUser()

const made = await db.createDoc('Bench Customer', { customer_name: '软件开发包', territory: 'sdk', contacts: [{ contact_name: '王芳' }] })
const name = made.name
seen.created = made.customer_name
seen.read = (await db.getDoc('Bench Customer', name)).contacts[0].contact_name
seen.updated = (await db.updateDoc('Bench Customer', name, { phone: '1' })).phone
seen.listed = await db.getDocList('Bench Customer', {
  fields: ['customer_name', 'phone'],
  filters: [['territory', '=', 'sdk']],
  orFilters: [['phone', '=', '1'], ['phone', '=', '2']],
  orderBy: { field: 'creation', order: 'desc' },
  limit: 5,
  limit_start: 0,
})
seen.rows = await db.getDocList('Bench Customer', { fields: ['phone'], filters: [['territory', '=', 'sdk']], asDict: false })
seen.names = (await db.getDocList('Bench Customer')).length > 0
seen.count = await db.getCount('Bench Customer', [['territory', '=', 'sdk']])
seen.allCount = (await db.getCount('Bench Customer')) > 0
seen.last = (await db.getLastDoc('Bench Customer')).name === name
seen.value = (await db.getValue('Bench Customer', 'phone', [['name', '=', name]])).message
seen.setValue = (await db.setValue('Bench Customer', name, 'phone', '2')).message.phone
seen.setValues = (await db.setValue('Bench Customer', name, { phone: '3', notes: '备注' })).message.notes
seen.single = await db.getSingleValue('System Settings', 'date_format')

const order = await db.createDoc('Bench Order', { title: '订单' })
seen.submitted = (await db.submit(order)).docstatus
seen.cancelled = (await db.cancel('Bench Order', order.name)).message.docstatus

await db.createDoc('Role', { role_name: 'SDK Role' })
seen.renamed = (await db.renameDoc('Role', 'SDK Role', '开发包角色')).message

const file = new File(['正文'], '说明.txt', { type: 'text/plain' })
const uploaded = await app.file().uploadFile(file, { isPrivate: true, doctype: 'Bench Customer', docname: name })
seen.file = uploaded.data.message.file_url

seen.get = (await call.get('frappe.client.get_count', { doctype: 'Bench Customer', filters: { territory: 'sdk' } })).message
seen.post = (await call.post('frappe.client.insert', { doc: { doctype: 'Bench Customer', customer_name: 'neu' } })).message.customer_name
seen.put = (await call.put('frappe.client.set_value', { doctype: 'Bench Customer', name, fieldname: 'phone', value: '4' })).message.phone
seen.search = (await call.get('frappe.desk.search.search_link', { doctype: 'Bench Customer', txt: '软件' })).message[0].value === name

seen.missing = await refused(db.getDoc('Bench Customer', 'NOPE'))
seen.invalid = await refused(db.createDoc('Bench Customer', {}))
seen.unknownMethod = await refused(call.get('no.such.method'))

seen.removed = (await call.delete('frappe.client.delete', { doctype: 'Bench Order', name: order.name })) !== undefined
seen.deleted = await db.deleteDoc('Bench Customer', name)
await app.auth().logout()

process.stdout.write(JSON.stringify(seen))
