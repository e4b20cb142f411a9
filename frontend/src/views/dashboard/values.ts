// Values and labels of cards and charts as people read them, and the address of the list behind them.
import type { LocationQueryRaw } from 'vue-router'

import type { ChartValue } from '@/api/dashboards'
import { asText } from '@/api/resource'
import type { ApiFilter } from '@/api/resource'
import type { Link } from '@/api/session'
import type { FormatContext } from '@/fields/contract'
import { kindOf } from '@/fields/registry'
import type { DocField, Fieldtype } from '@/metadata/doctype'
import { currentLanguage, t } from '@/shared/i18n'
import { formatNumber } from '@/shared/numbers'

/** A condition of the list API as the address of a list writes it; the DocType in front of one is left out. */
export function addressOf(filters: readonly ApiFilter[]): LocationQueryRaw {
  const plain = filters.map((filter) => (filter.length > 3 ? (filter as unknown[]).slice(1, 4) : filter))
  return plain.length === 0 ? {} : { filters: JSON.stringify(plain) }
}

const fieldOf = (shown: { fieldtype?: string; options?: string; fieldname?: string }): DocField => ({
  fieldname: shown.fieldname ?? 'value',
  fieldtype: (shown.fieldtype ?? 'Data') as Fieldtype,
  options: shown.options ?? '',
})

export function valueText(value: number, shown: { fieldtype: string; options: string }, context: FormatContext): string {
  return kindOf(fieldOf(shown).fieldtype).format(value, fieldOf(shown), {}, context)
}

const SHORT_FROM = 100_000

/** A number for a small place: "1.2M", "120万"; short ones are written out. */
export function shortNumber(value: number): string {
  if (Math.abs(value) < SHORT_FROM) return formatNumber(value, { maximumFractionDigits: 2 })
  return formatNumber(value, { notation: 'compact', maximumFractionDigits: 1 })
}

const PERIODS: Record<string, Intl.DateTimeFormatOptions> = {
  Daily: { month: 'short', day: 'numeric' },
  Weekly: { month: 'short', day: 'numeric' },
  Monthly: { year: 'numeric', month: 'short' },
  Yearly: { year: 'numeric' },
}

/** The first day of an interval as the name of the interval. */
export function periodText(day: string, interval: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(date.getTime())) return day
  if (interval === 'Quarterly') return t('Q{quarter} {year}', { quarter: Math.floor(date.getUTCMonth() / 3) + 1, year: date.getUTCFullYear() })
  return new Intl.DateTimeFormat(currentLanguage(), { ...PERIODS[interval], timeZone: 'UTC' }).format(date)
}

/** Months of an axis by their short names, with the year below the first one and below each January. */
function monthTicks(days: readonly string[]): string[] {
  const month = new Intl.DateTimeFormat(currentLanguage(), { month: 'short', timeZone: 'UTC' })
  return days.map((day, at) => {
    const name = month.format(new Date(`${day}T00:00:00Z`))
    return at === 0 || day.slice(5, 7) === '01' ? `${name}\n${day.slice(0, 4)}` : name
  })
}

/** What an axis of times shows; undefined for other labels. */
export function ticksOf({ interval, series }: ChartValue): string[] | undefined {
  const days = (series[0]?.points ?? []).map(({ label }) => String(label))
  if (interval === '') return undefined
  return interval === 'Monthly' ? monthTicks(days) : days.map((day) => periodText(day, interval))
}

/** The documents that its groups are named after. */
export function linksOfChart({ group, series }: ChartValue): Link[] {
  if (group.fieldtype !== 'Link') return []
  return series.flatMap(({ points }) => points.map(({ label }): Link => [group.options ?? '', asText(label)]))
}

export function labelText(chart: ChartValue, point: ChartValue['series'][number]['points'][number], context: FormatContext): string {
  if (point.rest) return t('Others')
  if (chart.interval !== '') return chart.type === 'Heatmap' ? String(point.label) : periodText(String(point.label), chart.interval)
  if (point.label === null || point.label === '') return t('(empty)')
  return context.label(kindOf(fieldOf(chart.group).fieldtype).format(point.label, fieldOf(chart.group), { value: point.label }, context))
}

/** How much a value changed, in per cent; null where there was nothing before. */
export function change(value: number, before: number | null): number | null {
  return before === null || before === 0 ? null : ((value - before) / Math.abs(before)) * 100
}
