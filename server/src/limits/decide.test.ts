import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PERIODS, type Period, windowEnd, windowStart } from '../lib/window.ts'
import { current, decide, leftOf } from './decide.ts'
import { type Demand, needOf } from './demand.ts'
import { type Counter, type Quota, quotaOf, UNITS } from './quota.ts'

const NOW = Date.UTC(2026, 4, 20, 12, 30)
const LETTER: Demand = {
  inputTokens: 10,
  choices: 1,
  outputTokens: 90,
  leastOutputTokens: 90,
  inputNanos: 1_000_000n,
  outputNanos: 1_000_000n,
  fixedNanos: 0n,
}
const budget = (amount: bigint | null, period: Period = 'none', minimum = 0n) =>
  quotaOf('key', 'k', 'credits', period, amount, minimum)
const counted = (change: Partial<Counter> = {}): Counter => ({
  windowStart: 0,
  spent: 0n,
  held: 0n,
  granted: 0n,
  ...change,
})
const ask = (quota: Quota, counter: Counter | undefined, demand = LETTER, now = NOW) =>
  decide([quota], () => counter, demand, now)

const small = fc.bigInt({ min: 0n, max: 60n })
const demand: fc.Arbitrary<Demand> = fc
  .tuple(
    fc.nat(10),
    fc.integer({ min: 1, max: 3 }),
    fc.nat(20),
    fc.nat(20),
    fc.constantFrom(0n, 400_000n, 1_000_000n),
  )
  .map(([inputTokens, choices, least, more, price]) => ({
    inputTokens,
    choices,
    leastOutputTokens: least,
    outputTokens: least + more,
    inputNanos: price,
    outputNanos: price * 2n,
    fixedNanos: price / 400_000n,
  }))
/** A quota and its counter, in the window of now, one before it, or one behind it. */
const stored = fc
  .tuple(
    fc.constantFrom(...UNITS),
    fc.constantFrom(...PERIODS),
    small,
    fc.boolean(),
    fc.constantFrom(-1, 0, 1),
    small,
    small,
  )
  .map(([unit, period, amount, balance, age, spent, held]) => {
    const quota = balance
      ? quotaOf('organization', 'o', 'credits', 'none', null, amount / 4n)
      : quotaOf('key', 'k', unit, period, amount)
    const start = windowStart(quota.period, NOW)
    const windows = [start, windowEnd(quota.period, NOW) ?? 0, windowStart(quota.period, start - 1)]
    const counter = {
      windowStart: windows.at(age) as number,
      spent,
      held: held / 3n,
      granted: balance ? amount : 0n,
    }
    return { quota, counter }
  })
const several = fc
  .array(fc.tuple(stored, fc.boolean()), { maxLength: 5 })
  .map((drawn) =>
    drawn.map(([{ quota, counter }, used], at) => ({ quota: { ...quota, counter: `${at}` }, counter, used })),
  )

describe('a decision', () => {
  it('admits exactly what is left, and refuses one nano-credit more, saying what was missing', () => {
    expect(ask(budget(100n), undefined)).toMatchObject({
      admitted: true,
      parts: [{ amount: 100n, left: 0n }],
    })
    expect(ask(budget(250n), counted({ spent: 100n, held: 50n }))).toMatchObject({ admitted: true })
    expect(ask(budget(249n), counted({ spent: 100n, held: 50n }))).toMatchObject({
      admitted: false,
      refusal: { left: 99n, needed: 100n, blockedByHolds: true, resetsAt: undefined },
    })
    expect(ask(budget(99n), undefined)).toMatchObject({
      admitted: false,
      refusal: { left: 99n, needed: 100n, blockedByHolds: false },
    })
  })

  it('takes an amount of zero for nothing at all, and no quota for no limit', () => {
    expect(ask(budget(0n), undefined)).toMatchObject({ admitted: false, refusal: { left: 0n, needed: 100n } })
    expect(decide([], () => undefined, LETTER, NOW)).toEqual({ admitted: true, output: 90, parts: [] })
    // Null is a balance: what was granted counts, not nothing and not everything.
    expect(ask(budget(null), undefined)).toMatchObject({ admitted: false, refusal: { left: 0n } })
    expect(ask(budget(null), counted({ granted: 100n }))).toMatchObject({
      admitted: true,
      parts: [{ left: 0n }],
    })
  })

  it('looks at no request while a balance is below its minimum', () => {
    const open = { ...LETTER, leastOutputTokens: 1 }
    const of = (left: bigint) =>
      ask(budget(null, 'none', 50n), counted({ granted: 500n, spent: 500n - left }), open)
    expect(of(49n)).toMatchObject({ admitted: false, refusal: { left: 49n, needed: 50n } })
    expect(of(50n)).toMatchObject({ admitted: true, output: 40, parts: [{ amount: 50n, left: 0n }] })
  })

  it('that several refuse names the one that does so for longest: before that no retry succeeds', () => {
    const full = (period: Period) => counted({ windowStart: windowStart(period, NOW), spent: 100n })
    const [minute, day, ever] = [budget(100n, 'minute'), budget(100n, 'day'), budget(100n, 'none')]
    const held = quotaOf('user', 'u', 'tokens', 'month', 100n)
    const counters = new Map([
      [minute.counter, full('minute')],
      [day.counter, full('day')],
      [ever.counter, full('none')],
      [held.counter, counted({ windowStart: windowStart('month', NOW), held: 100n })],
    ])
    const refusedBy = (...quotas: Quota[]) => {
      const decision = decide(quotas, (id) => counters.get(id), LETTER, NOW)
      return decision.admitted ? undefined : decision.refusal
    }
    expect(refusedBy(minute, day)).toMatchObject({ quota: day, resetsAt: windowEnd('day', NOW) })
    expect(refusedBy(day, minute)).toMatchObject({ quota: day })
    expect(refusedBy(minute, ever, day)).toMatchObject({ quota: ever, resetsAt: undefined })
    // What is only held comes back as soon as a request ends, whatever its period is.
    expect(refusedBy(held, minute)).toMatchObject({ quota: minute })
    expect(refusedBy(held)).toMatchObject({ quota: held, blockedByHolds: true })
  })

  it('reports nothing left, and not less than nothing, where a limit was lowered below what is spent', () => {
    expect(ask(budget(30n), counted({ spent: 80n }))).toMatchObject({
      admitted: false,
      refusal: { left: 0n, needed: 100n, blockedByHolds: false },
    })
    expect(ask(budget(180n), counted({ spent: 80n }))).toMatchObject({
      admitted: true,
      parts: [{ left: 0n }],
    })
  })

  it('cuts an open answer to what the tightest quota pays for, and never below its least', () => {
    const open = { ...LETTER, leastOutputTokens: 16 }
    const wide = quotaOf('user', 'u', 'credits', 'none', 1000n)
    const tokens = quotaOf('project', 'p', 'tokens', 'none', 60n)
    expect(decide([wide, budget(70n), tokens], () => undefined, open, NOW)).toMatchObject({
      output: 50,
      parts: [{ amount: 60n }, { amount: 60n, left: 10n }, { amount: 60n, left: 0n }],
    })
    expect(ask(budget(26n), undefined, open)).toMatchObject({ admitted: true, output: 16 })
    expect(ask(budget(25n), undefined, open)).toMatchObject({ admitted: false, refusal: { needed: 26n } })
  })

  it('starts a new window empty, and a clock that goes back stays in the window that was reached', () => {
    const full = counted({ windowStart: windowStart('minute', NOW), spent: 100n, granted: 7n })
    const quota = budget(100n, 'minute')
    expect(ask(quota, full, LETTER, NOW + 59_999)).toMatchObject({ admitted: false })
    expect(ask(quota, full, LETTER, NOW + 60_000)).toMatchObject({
      admitted: true,
      parts: [{ windowStart: NOW + 60_000, left: 0n, resetsAt: NOW + 120_000 }],
    })
    // The window before could be opened again only by forgetting what was spent since.
    expect(ask(quota, full, LETTER, NOW - 1)).toMatchObject({
      admitted: false,
      refusal: { left: 0n, resetsAt: NOW + 60_000 },
    })
    expect(current(full, quota, NOW - 86_400_000)).toBe(full)
  })

  it('takes a share of every quota or of none, refuses only what does not fit, and admits only what does', () => {
    fc.assert(
      fc.property(several, demand, (drawn, asked) => {
        const counters = new Map(
          drawn.filter(({ used }) => used).map(({ quota, counter }) => [quota.counter, counter]),
        )
        const quotas = drawn.map(({ quota }) => quota)
        const before = structuredClone(counters)
        const decision = decide(quotas, (id) => counters.get(id), asked, NOW)
        expect(counters).toEqual(before)
        const left = (quota: Quota) => leftOf(quota, current(counters.get(quota.counter), quota, NOW))
        const fits = (quota: Quota, output: number) => needOf(asked, quota.unit, output) <= left(quota)
        if (!decision.admitted) {
          const { quota, needed, left: told } = decision.refusal
          expect(left(quota)).toBeLessThan(needed)
          expect(told).toBe(left(quota) > 0n ? left(quota) : 0n)
          expect(fits(quota, asked.leastOutputTokens) && left(quota) >= quota.minimum).toBe(false)
          return
        }
        expect(decision.parts.map(({ quota }) => quota)).toEqual(quotas)
        expect(decision.output).toBeGreaterThanOrEqual(asked.leastOutputTokens)
        for (const { quota, amount, left: after } of decision.parts) {
          expect(amount).toBe(needOf(asked, quota.unit, decision.output))
          expect(after).toBe(left(quota) - amount)
          expect(after).toBeGreaterThanOrEqual(0n)
        }
        const longer = decision.output + 1
        if (longer <= asked.outputTokens) expect(quotas.every((quota) => fits(quota, longer))).toBe(false)
      }),
      { numRuns: 3000 },
    )
  })
})
