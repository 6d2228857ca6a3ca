import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { usageRow } from '../../test/support/usage-rows.ts'
import { quotaOf } from '../limits/quota.ts'
import { USAGE_COLUMNS } from '../usage/usage-event.ts'
import type { LedgerBatch, LedgerResult } from './entry.ts'
import { packBatch, packResult, unpackBatch, unpackResult } from './packed.ts'

const amount = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })
const count = fc.nat(2 ** 31)
const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const quota = fc
  .tuple(text, fc.constantFrom('credits', 'requests', 'tokens', 'in_flight'), fc.option(amount), amount)
  .map(([id, unit, limit, minimum]) => quotaOf('end_user', id, unit, 'day', limit, minimum))
const quotas = fc.array(quota, { minLength: 1, maxLength: 4 })
const demand = fc.record({
  inputTokens: count,
  choices: count,
  outputTokens: count,
  leastOutputTokens: count,
  inputNanos: amount,
  outputNanos: amount,
  fixedNanos: amount,
})
const admission = fc.record({ id: text, quotas, demand, at: count, sent: fc.boolean(), context: text })
const event = fc
  .record({
    cost_nanos: amount,
    held_nanos: fc.option(amount),
    overrun_nanos: fc.option(amount),
    end_user: text,
  })
  .map(usageRow)
const share = fc
  .tuple(quota, count, amount)
  .map(([{ counter, unit }, windowStart, amount]) => ({ counter, windowStart, unit, amount }))
const charge = fc.record({ credits: amount, tokens: amount, requests: amount })
const settlement = fc
  .tuple(event, fc.option(fc.array(share, { maxLength: 4 })), charge, text)
  .map(([event, parts, charge, sheet]) => {
    if (!parts) return { event, hold: undefined, charge: { credits: 0n, tokens: 0n, requests: 0n } }
    return { event, hold: { id: event.id, sheet, parts }, charge }
  })
const batch: fc.Arbitrary<LedgerBatch> = fc.record({
  node: text,
  now: count,
  sheet: text,
  done: fc.array(text, { maxLength: 3 }),
  doubtful: fc.array(text, { maxLength: 3 }),
  settlements: fc.array(settlement, { maxLength: 4 }),
  sweeps: fc.array(fc.record({ sheet: text, open: fc.array(text), unanswered: fc.array(text) }), {
    maxLength: 3,
  }),
  admissions: fc.array(admission, { maxLength: 4 }),
  touches: fc.array(fc.record({ secretId: text, keyId: text, at: count }), { maxLength: 3 }),
})

describe('the way to the database thread and back', () => {
  test('every field of a usage row is packed: one that is forgotten would be lost', () => {
    expect([...USAGE_COLUMNS].sort()).toEqual(Object.keys(usageRow()).sort())
  })

  test('a batch comes out of its packing as it went in, amounts of 64 bits included', () => {
    fc.assert(
      fc.property(batch, (batch) => {
        expect(unpackBatch(packBatch(batch))).toEqual(batch)
      }),
    )
  })

  test('a result does, too, with the quotas of its own request', () => {
    const part = fc.tuple(count, amount, amount, fc.option(count, { nil: undefined }))
    const verdict = fc.tuple(admission, fc.boolean(), count, part, fc.boolean())
    fc.assert(
      fc.property(fc.array(verdict, { maxLength: 4 }), count, (verdicts, written) => {
        const admissions = verdicts.map(([admission]) => admission)
        const decisions = verdicts.map(
          ([{ quotas }, admitted, output, [windowStart, one, left, resetsAt], blocked]) =>
            admitted
              ? {
                  admitted,
                  output,
                  parts: quotas.map((quota) => ({ quota, windowStart, amount: one, left, resetsAt })),
                }
              : {
                  admitted,
                  refusal: { quota: quotas[0], left, needed: one, resetsAt, blockedByHolds: blocked },
                },
        )
        const result = { written, swept: [written], decisions } as LedgerResult
        expect(unpackResult(packResult(result, admissions), admissions)).toEqual(result)
      }),
    )
    const missing = { missing: ['key:a:credits:day'] }
    expect(unpackResult(packResult(missing, []), [])).toEqual(missing)
  })
})
