// What a chart shows, as ECharts takes it; colours come from the page's tokens.
import type { EChartsCoreOption } from 'echarts/core'

export interface ChartData {
  type: ChartType
  labels: readonly string[]
  /** Short names for the axis where labels follow each other in time; they are not slanted. */
  ticks?: readonly string[] | undefined
  series: readonly { name: string; values: readonly (number | null)[] }[]
  /** Colour of a chart with one series; empty for the usual ones. */
  color?: string | null
  /** A value as people read it. */
  format: (value: number) => string
}

const chartTypes = ['bar', 'line', 'pie', 'donut', 'percentage', 'heatmap'] as const
export type ChartType = (typeof chartTypes)[number]

export interface Palette {
  text: string
  quiet: string
  line: string
  surface: string
  colors: string[]
}

/** Frappe's names of chart types (Dashboard Chart.type). */
export function chartTypeOf(name: string): ChartType {
  return chartTypes.find((type) => type === name.toLowerCase()) ?? 'bar'
}

const ROUND: ReadonlySet<ChartType> = new Set(['pie', 'donut'])
/** Pixels of the names below columns: of a letter, of a Chinese character, at most, and how many a slanted one needs. */
const NAME = { letter: 6.5, character: 12, most: 96, slanted: 24, gap: 8 }
/** Pixels beside the columns. */
const MARGIN = 70
/** So many bars find room one below the other; their names may be so wide. */
const LYING = { bars: 14, name: 120 }

function round(data: ChartData, palette: Palette): EChartsCoreOption {
  const [series] = data.series
  const slices = data.labels.map((name, at) => ({ name, value: series?.values[at] ?? 0 }))
  return {
    legend: { type: 'scroll', bottom: 0, textStyle: { color: palette.text }, pageTextStyle: { color: palette.text } },
    series: [
      {
        type: 'pie', radius: data.type === 'donut' ? ['48%', '72%'] : '72%', center: ['50%', '44%'], data: slices,
        label: { show: false }, itemStyle: { borderColor: palette.surface, borderWidth: 2 },
      },
    ],
  }
}

/** Parts of a whole, as one bar. */
function percentage(data: ChartData, palette: Palette): EChartsCoreOption {
  const values = data.series[0]?.values ?? []
  const total = values.reduce<number>((sum, value) => sum + (value ?? 0), 0) || 1
  return {
    grid: { top: 24, bottom: 64, left: 8, right: 8 },
    xAxis: { type: 'value', max: 100, show: false },
    yAxis: { type: 'category', data: [''], show: false },
    legend: { type: 'scroll', bottom: 0, textStyle: { color: palette.text } },
    series: data.labels.map((name, at) => ({ name, type: 'bar', stack: 'all', barWidth: 40, data: [{ value: ((values[at] ?? 0) / total) * 100, name: data.format(values[at] ?? 0) }] })),
  }
}

const isWhole = (value: number | null): boolean => value === null || Number.isInteger(value)

const textWidth = (text: string): number => [...text].reduce((sum, letter) => sum + (letter > '\u2e7f' ? NAME.character : NAME.letter), 0)

/** Whether names would cover each other below columns. */
function isTight(labels: readonly string[], width: number): boolean {
  const widest = Math.min(NAME.most, Math.max(0, ...labels.flatMap((name) => name.split('\n')).map(textWidth)))
  return widest + NAME.gap > (width - MARGIN) / labels.length
}

/** Names that would cover each other are slanted, and those that still would are left out; of times every second or third. */
function naming({ labels, ticks }: ChartData, width: number): { rotate: number; interval: number | 'auto' } {
  if (ticks !== undefined) return { rotate: 0, interval: isTight(ticks, width) ? 'auto' : 0 }
  const isSlanted = isTight(labels, width)
  return { rotate: isSlanted ? 35 : 0, interval: isSlanted && NAME.slanted > (width - MARGIN) / labels.length ? 'auto' : 0 }
}

/** Bars lie where their names would not fit below them: each keeps its name. */
function lies({ type, labels, ticks, series }: ChartData, width: number): boolean {
  return type === 'bar' && ticks === undefined && labels.length * series.length <= LYING.bars && isTight(labels, width)
}

/** Between whole numbers the axis has no others. */
function axes(data: ChartData, palette: Palette, width: number): EChartsCoreOption {
  const whole = data.series.every(({ values }) => values.every(isWhole))
  const lying = lies(data, width)
  const placed = lying ? { rotate: 0, interval: 0, width: LYING.name } : { ...naming(data, width), hideOverlap: true, width: NAME.most }
  const names = {
    type: 'category', data: [...data.labels], inverse: lying, axisTick: { show: false }, axisLine: { lineStyle: { color: palette.line } },
    axisLabel: { color: palette.quiet, overflow: 'truncate', formatter: (name: string, at: number) => data.ticks?.[at] ?? name, ...placed },
  }
  const values = {
    type: 'value', ...(whole ? { minInterval: 1 } : {}), splitNumber: lying ? 4 : 5,
    axisLabel: { color: palette.quiet, formatter: data.format, hideOverlap: true }, splitLine: { lineStyle: { color: palette.line } },
  }
  return {
    grid: { top: 18, left: 8, right: lying ? 26 : 14, bottom: data.series.length > 1 ? 34 : 6, containLabel: true },
    legend: data.series.length > 1 ? { type: 'scroll', bottom: 0, textStyle: { color: palette.text } } : { show: false },
    xAxis: lying ? values : names,
    yAxis: lying ? names : values,
    series: data.series.map(({ name, values: shown }) => ({
      name, type: data.type === 'line' ? 'line' : 'bar', data: [...shown], smooth: true, smoothMonotone: 'x', symbolSize: 6, barMaxWidth: lying ? 18 : 38,
      itemStyle: data.type === 'line' ? {} : { borderRadius: lying ? [0, 3, 3, 0] : [3, 3, 0, 0] },
    })),
  }
}

/** Days of a year as squares. */
function heatmap(data: ChartData, palette: Palette): EChartsCoreOption {
  const values = data.series[0]?.values ?? []
  return {
    calendar: {
      top: 26, left: 34, right: 8, cellSize: ['auto', 14], range: [data.labels[0], data.labels.at(-1)], yearLabel: { show: false },
      itemStyle: { color: palette.surface, borderColor: palette.line }, splitLine: { show: false },
      dayLabel: { color: palette.quiet }, monthLabel: { color: palette.quiet },
    },
    visualMap: { show: false, min: 0, max: Math.max(1, ...values.map((value) => value ?? 0)), inRange: { color: [palette.surface, palette.colors[0]] } },
    series: [{ type: 'heatmap', coordinateSystem: 'calendar', data: data.labels.map((day, at) => [day, values[at] ?? 0]) }],
  }
}

/** `width`: pixels that it is drawn in. */
export function chartOption(data: ChartData, palette: Palette, width: number): EChartsCoreOption {
  const shape = ROUND.has(data.type) ? round : data.type === 'percentage' ? percentage : data.type === 'heatmap' ? heatmap : axes
  return {
    color: data.color ? [data.color, ...palette.colors] : palette.colors,
    textStyle: { color: palette.text, fontFamily: 'inherit' },
    tooltip: {
      trigger: 'item', confine: true, backgroundColor: palette.surface, borderColor: palette.line, textStyle: { color: palette.text },
      ...(data.type === 'percentage' ? { formatter: '{a}: {b}' } : { valueFormatter: (value: unknown) => data.format(Number(value)) }),
    },
    animationDuration: 250,
    ...shape(data, palette, width),
  }
}
