// A row of a record as what it says: without the columns that say where it stands and since when.
import type { Row, Value } from '@/api/resource'

const PLACE = new Set(['name', 'parent', 'parenttype', 'parentfield', 'idx', 'owner', 'creation', 'modified', 'modified_by', 'docstatus', 'doctype'])

export const bareRow = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([key, value]) => !PLACE.has(key) && value !== null))

export const bareRows = (rows: Value): Row[] => (Array.isArray(rows) ? rows.map(bareRow) : [])
