/** What the books read of a request. */
export interface EventRow {
  readonly started_at: number
  readonly outcome: string
  readonly input_tokens: number
  readonly cached_tokens: number
  readonly output_tokens: number
  readonly reasoning_tokens: number
  readonly units: number
  readonly cost_nanos: bigint
}

/** Not the durations: they are no amounts, and days from before they were summed have none. */
export const COUNTS = [
  'requests',
  'failed',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'units',
  'cost_nanos',
] as const

/** What a row of sums by day must say. */
export type Sums = Record<(typeof COUNTS)[number], bigint>

export function none(): Sums {
  return {
    requests: 0n,
    failed: 0n,
    input_tokens: 0n,
    cached_tokens: 0n,
    output_tokens: 0n,
    reasoning_tokens: 0n,
    units: 0n,
    cost_nanos: 0n,
  }
}

export function addEvent(sums: Sums, event: EventRow): void {
  sums.requests += 1n
  if (event.outcome === 'failed') sums.failed += 1n
  sums.input_tokens += BigInt(event.input_tokens)
  sums.cached_tokens += BigInt(event.cached_tokens)
  sums.output_tokens += BigInt(event.output_tokens)
  sums.reasoning_tokens += BigInt(event.reasoning_tokens)
  sums.units += BigInt(event.units)
  sums.cost_nanos += event.cost_nanos
}

type Row<C extends string> = Readonly<Record<C, number | bigint>>

/** What is wrong in a row of sums, and what it should be; undefined when nothing is. */
export function differenceOf<C extends string>(
  columns: readonly C[],
  row: Row<C>,
  due: Row<C>,
): { readonly is: string; readonly shouldBe: string } | undefined {
  const wrong = columns.filter((column) => BigInt(row[column]) !== BigInt(due[column]))
  if (wrong.length === 0) return undefined
  const tell = (sums: Row<C>) => wrong.map((column) => `${column} ${sums[column]}`).join(', ')
  return { is: tell(row), shouldBe: tell(due) }
}
