import { shortDay } from './period.ts'

export type Measure = 'spend' | 'requests'

interface Summed {
  readonly days: readonly { readonly day: string; readonly spend: string; readonly requests: number }[]
  readonly groups: readonly {
    readonly name: string
    readonly spend_by_day: readonly string[]
    readonly requests_by_day: readonly number[]
  }[]
}

/** Of one day: the height of each layer, by its name, and the texts to be read. */
export interface StackDay {
  readonly day: string
  /** Exact: a decimal of credits, or a count. */
  readonly total: string
  readonly texts: Readonly<Record<string, string>>
  readonly [layer: string]: string | number | Readonly<Record<string, string>>
}

export interface Layer {
  readonly name: string
  readonly label: string
  readonly color: string
}

const COLORS = ['amber.4', 'blue.6', 'teal.5', 'grape.5', 'cyan.4', 'pink.4']
const REST: Layer = { name: 'rest', label: 'All others', color: 'gray.5' }

/** Sums by day and group as the layers of a chart: the greatest groups by themselves, all others together. */
export function stackOf({ days, groups }: Summed, measure: Measure): { data: StackDay[]; layers: Layer[] } {
  const shown = groups.slice(0, COLORS.length)
  const layers = shown.map(({ name }, index) => ({
    name: `layer${index}`,
    label: name,
    color: COLORS[index] ?? REST.color,
  }))
  const data = days.map((of, at) => {
    const parts = shown.map((group) =>
      String((measure === 'spend' ? group.spend_by_day : group.requests_by_day)[at] ?? 0),
    )
    const rest = parts.reduce((left, part) => left - nanosOf(part), nanosOf(String(of[measure])))
    const texts = Object.fromEntries(
      [...parts, textOf(rest)].map((text, index) => [layers[index]?.name ?? REST.name, text]),
    )
    // Heights are floating-point numbers, which nobody reads.
    const heights = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Number(text)]))
    return { ...heights, day: shortDay(of.day), total: String(of[measure]), texts }
  })
  const withRest = data.some(({ texts }) => texts[REST.name] !== '0')
  return { data, layers: withRest ? [...layers, REST] : layers }
}

/** One figure a day, as a chart of a single layer; a day without one is empty. */
export function singleOf<D extends { readonly day: string }>(
  days: readonly D[],
  figureOf: (day: D) => number | null,
  layer: Omit<Layer, 'name'>,
): { data: StackDay[]; layers: Layer[] } {
  const data = days.map((of) => {
    const figure = figureOf(of) ?? 0
    return { only: figure, day: shortDay(of.day), total: String(figure), texts: { only: String(figure) } }
  })
  return { data, layers: [{ name: 'only', ...layer }] }
}

const NANOS = 9

/** An exact sum needs whole numbers: 1.5 → 1500000000n. */
function nanosOf(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.')
  return BigInt(whole + fraction.padEnd(NANOS, '0'))
}

function textOf(nanos: bigint): string {
  if (nanos <= 0n) return '0'
  const digits = String(nanos).padStart(NANOS + 1, '0')
  return `${digits.slice(0, -NANOS)}.${digits.slice(-NANOS)}`.replace(/\.?0+$/, '')
}
