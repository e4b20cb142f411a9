// Which fields are figures that were gathered from other documents.
import type { DocField } from '@/metadata/doctype'

const gathers = (from: unknown): boolean => typeof from === 'object' && from !== null && 'from' in from

/** Whether the field says from which other documents its value comes. */
export const hasRecords = (field: DocField): boolean => gathers(field.rollup) || gathers(field.records_behind)
