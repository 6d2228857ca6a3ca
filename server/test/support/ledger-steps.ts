/** What can happen to a ledger, drawn at random. Requests, nodes and quotas are named by numbers that always fit. */
import fc from 'fast-check'
import type { Demand } from '../../src/limits/demand.ts'
import { type Quota, quotaOf } from '../../src/limits/quota.ts'

/** Credits in small figures, where roundings bite, or in ones beyond what a double can hold. */
const SCALES = [1n, 10n ** 14n + 7n] as const

/** How much of a limit that is drawn in credits stands for one request. */
export const REQUEST = 150n
export const IN_FLIGHT = 200n

const pick = fc.nat(1000)
const node = fc.nat(1)

/** Quotas of every unit and period, of subjects that share requests; a balance with a minimum last. */
export function quotasOf(run: string, limits: readonly bigint[], scale: bigint): Quota[] {
  const [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n] = limits
  const credits = (amount: bigint) => amount * scale
  return [
    quotaOf('key', `${run}:1`, 'credits', 'none', credits(a)),
    quotaOf('key', `${run}:2`, 'credits', 'day', credits(b)),
    quotaOf('user', `${run}/u`, 'credits', 'week', credits(c)),
    quotaOf('end_user', `${run}/eve:a/b`, 'credits', 'minute', credits(d)),
    quotaOf('end_user', `${run}/eve:a/b`, 'requests', 'minute', e / REQUEST),
    quotaOf('project', `${run}p`, 'tokens', 'day', f),
    quotaOf('organization', run, 'credits', 'month', credits(a + b)),
    quotaOf('organization', run, 'in_flight', 'none', f / IN_FLIGHT),
    quotaOf('organization', run, 'credits', 'none', null, credits(10n)),
  ]
}
const QUOTAS = 9

const limit = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt({ min: 300n, max: 1500n }) },
  { weight: 3, arbitrary: fc.bigInt({ min: 0n, max: 300n }) },
  { weight: 1, arbitrary: fc.constant(0n) },
)
const price = fc.constantFrom(0n, 1n, 400_000n, 999_999n, 1_000_000n, 2_500_000n)

const demand: fc.Arbitrary<Demand> = fc
  .record({
    inputTokens: fc.nat(30),
    choices: fc.integer({ min: 1, max: 3 }),
    least: fc.nat(20),
    more: fc.oneof(fc.constant(0), fc.nat(60)),
    inputNanos: price,
    outputNanos: price,
    fixedNanos: fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 9n })),
  })
  .map(({ least, more, ...rest }) => ({ ...rest, leastOutputTokens: least, outputTokens: least + more }))

const admission = fc.record({
  quotas: fc.uniqueArray(fc.nat(QUOTAS - 1), { minLength: 1, maxLength: 5 }),
  demand,
  sent: fc.boolean(),
})
const settlement = fc.record({
  pick,
  /** In hundredths of the hold; beyond 100 it is an overrun. */
  part: fc.oneof(fc.constantFrom(0, 100, 101), fc.integer({ min: 0, max: 200 })),
  reached: fc.boolean(),
  /** Of a request that has ended already. */
  late: fc.integer({ min: 0, max: 5 }).map((drawn) => drawn === 0),
})
const MINUTE = 60_000
const DAY = 86_400_000

const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      node,
      settlements: fc.array(settlement, { maxLength: 3 }),
      admissions: fc.array(admission, { maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('race' as const),
      admissions: fc.array(admission, { minLength: 2, maxLength: 6 }),
      grant: fc.bigInt({ min: 1n, max: 50n }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('limit' as const), quota: pick, amount: limit }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('grant' as const), amount: fc.bigInt({ min: 1n, max: 100n }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('refund' as const),
      pick,
      part: fc.constantFrom(30, 100, 100, 120),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('clock' as const),
      by: fc.constantFrom(1000, 30_000, MINUTE, DAY, 7 * DAY, 31 * DAY, -1, -MINUTE, -DAY),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sent' as const), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('crash' as const),
      node,
      silent: fc.constantFrom(0, 10_000, 10_001),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('expire' as const), node }) },
)

export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
export type Drawn<K extends Step['kind']> = Extract<Step, { kind: K }>

export const story = fc.record({
  scale: fc.constantFrom(...SCALES),
  limits: fc.array(limit, { minLength: 6, maxLength: 6 }),
  granted: fc.bigInt({ min: 0n, max: 800n }),
  steps: fc.array(step, { minLength: 1, maxLength: 24, size: 'max' }),
})

export type Story = typeof story extends fc.Arbitrary<infer S> ? S : never
