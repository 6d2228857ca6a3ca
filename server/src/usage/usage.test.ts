import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeDatabase, type TestDatabase } from '../../test/support/stores.ts'
import { commitRows, usageRow } from '../../test/support/usage-rows.ts'
import type { Deps } from '../deps.ts'
import { DAY_MS } from '../lib/window.ts'
import { listUsage } from './list-usage.ts'
import { summarizeUsage, type UsageFilter, type UsageGroup, usageOfKeys } from './usage.ts'
import { dayOf, type UsageEvent } from './usage-event.ts'

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`usage on ${name}`, () => {
    let database: TestDatabase
    let deps: Deps
    beforeAll(async () => {
      database = await makeDatabase(postgres)
      deps = await database.deps(await database.open())
    })
    afterAll(() => database.remove())

    test('of a key is exact by day, week and month, to the millisecond at which each begins', async () => {
      // Friday 1 May 2026: the week began in April, the month today.
      const now = Date.parse('2026-05-01T10:00:00Z')
      const at = (text: string, cost: bigint, key: string) => {
        const time = Date.parse(text)
        return usageRow({
          key_id: key,
          started_at: time,
          finished_at: time,
          cost_nanos: cost,
          model: `m${cost}`,
        })
      }
      await commitRows(deps.store, [
        at('2026-05-01T00:00:00.000Z', 1n, 'windows'),
        at('2026-04-30T23:59:59.999Z', 10n, 'windows'),
        at('2026-04-27T00:00:00.000Z', 100n, 'windows'),
        at('2026-04-26T23:59:59.999Z', 1000n, 'windows'),
        at('2020-01-01T00:00:00.000Z', 10_000n, 'windows'),
        at('2026-04-01T00:00:00.000Z', 5n, 'april only'),
      ])
      const usageOf = await usageOfKeys({ ...deps, now: () => now }, ['windows', 'april only', 'never used'])
      expect(usageOf('windows')).toEqual({
        total: 11_111n,
        daily: 1n,
        weekly: 111n,
        monthly: 1n,
        lastUsedAt: Date.parse('2026-05-01T00:00:00.000Z'),
      })
      expect(usageOf('april only')).toMatchObject({ total: 5n, daily: 0n, weekly: 0n, monthly: 0n })
      expect(usageOf('never used')).toEqual({
        total: 0n,
        daily: 0n,
        weekly: 0n,
        monthly: 0n,
        lastUsedAt: null,
      })
      // The next day, the next Monday, and the first of a month in the middle of a week.
      const total = 11_111n
      for (const [time, daily, weekly, monthly] of [
        ['2026-05-01T23:59:59.999Z', 1n, 111n, 1n],
        ['2026-05-02T00:00:00.000Z', 0n, 111n, 1n],
        ['2026-05-03T23:59:59.999Z', 0n, 111n, 1n],
        ['2026-05-04T00:00:00.000Z', 0n, 0n, 1n],
        ['2026-05-31T23:59:59.999Z', 0n, 0n, 1n],
        ['2026-06-01T00:00:00.000Z', 0n, 0n, 0n],
        ['2027-05-01T10:00:00.000Z', 0n, 0n, 0n],
      ] as const) {
        const later = await usageOfKeys({ ...deps, now: () => Date.parse(time) }, ['windows'])
        expect(later('windows'), time).toMatchObject({ daily, weekly, monthly, total })
      }
    })

    test('of a key that has a limit of 64 bits is exact to the last nano-credit', async () => {
      const now = Date.UTC(2026, 5, 3, 12)
      const costs = [2n ** 62n, 1n, 2n ** 53n + 1n]
      const rows = costs.map((cost_nanos) => usageRow({ key_id: 'large', cost_nanos, started_at: now }))
      await commitRows(deps.store, rows)
      const total = 2n ** 62n + 2n ** 53n + 2n
      const usageOf = await usageOfKeys({ ...deps, now: () => now }, ['large'])
      expect(usageOf('large')).toMatchObject({ total, daily: total, weekly: total, monthly: total })
      const filter = { organizationId: 'o', userId: 'u', keyId: 'large' }
      for (const group of ['model', 'end_user', 'key', 'project', 'day'] as const) {
        const [sum] = await summarizeUsage(deps, filter, group)
        expect(sum).toMatchObject({ cost_nanos: total, requests: 3, input_tokens: 30 })
      }
    })

    test('pages of rows come newest first, with none missing and none twice, however many began at the same time', async () => {
      const rows = Array.from({ length: 57 }, (_, index) =>
        usageRow({ organization_id: 'paged', started_at: 1000 + (index % 3), finished_at: 2000 }),
      )
      await commitRows(deps.store, rows)
      const filter = { organizationId: 'paged', userId: 'u' }
      const seen: { id: string; started_at: number }[] = []
      for (let number = 1; number <= 6; number++) {
        const { items, total } = await listUsage(deps, filter, { number, size: 10 })
        expect(total).toBe(57)
        seen.push(...items)
      }
      expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(rows.map(({ id }) => id)))
      expect(seen.length).toBe(57)
      expect(seen.map((row) => row.started_at)).toEqual(
        seen.map((row) => row.started_at).sort((a, b) => b - a),
      )
    })

    test('rows of another organisation or user are in no page and in no sum', async () => {
      await commitRows(deps.store, [
        usageRow({ organization_id: 'mine', user_id: 'me', key_id: 'my key', cost_nanos: 1n }),
        usageRow({ organization_id: 'mine', user_id: 'other', key_id: 'his key', cost_nanos: 10n }),
        usageRow({ organization_id: 'theirs', user_id: 'me', key_id: 'my key there', cost_nanos: 100n }),
      ])
      const filter = { organizationId: 'mine', userId: 'me' }
      expect((await listUsage(deps, filter, { number: 1, size: 100 })).total).toBe(1)
      expect(await summarizeUsage(deps, filter, 'model')).toMatchObject([{ requests: 1, cost_nanos: 1n }])
    })

    test('sums by day go by the UTC day in which a request began', async () => {
      const at = (text: string) => usageRow({ organization_id: 'days', started_at: Date.parse(text) })
      const texts = ['2026-05-01T23:59:59.999Z', '2026-05-02T00:00:00.000Z', '2026-05-02T12:00:00.000Z']
      await commitRows(deps.store, texts.map(at))
      const sums = await summarizeUsage(deps, { organizationId: 'days', userId: 'u' }, 'day')
      const days = sums.map((sum) => [Number(sum.subject), Number(sum.requests)])
      expect(days).toEqual([
        [dayOf(Date.parse(texts[0] as string)), 1],
        [dayOf(Date.parse(texts[1] as string)), 2],
      ])
    })

    test('sums are those of the rows, for every span of time, filter and group', async () => {
      const anyOf = <T>(...of: T[]) => fc.constantFrom(...of)
      const first = Date.UTC(2026, 6, 1)
      const time = fc.oneof(
        fc.integer({ min: first - 1, max: first + 3 * DAY_MS }),
        anyOf(0, 1, 2, 3).map((days) => first + days * DAY_MS),
      )
      const row = fc.record({
        started_at: time,
        model: anyOf('a', 'b'),
        key_id: anyOf('ka', 'kb'),
        project_id: anyOf(null, 'p', 'q'),
        end_user: anyOf(null, 'e', 'f'),
        cost_nanos: fc.bigInt({ min: 0n, max: 2n ** 58n }),
      })
      const question = fc.record({
        from: fc.option(time, { nil: undefined }),
        to: fc.option(time, { nil: undefined }),
        model: fc.option(anyOf('a', 'c'), { nil: undefined }),
        keyId: fc.option(anyOf('ka'), { nil: undefined }),
        endUser: fc.option(anyOf('e', ''), { nil: undefined }),
        projectId: fc.option(anyOf('p', ''), { nil: undefined }),
      })
      let run = 0
      await fc.assert(
        fc.asyncProperty(
          fc.array(row, { maxLength: 15 }),
          fc.array(question, { minLength: 10, maxLength: 10 }),
          async (specs, questions) => {
            const own = { organization_id: `sums${run}` }
            const rows = specs.map((spec) => usageRow({ ...spec, ...own, key_id: `${spec.key_id}${run}` }))
            await commitRows(deps.store, rows)
            for (const { from, to, model, keyId, endUser, projectId } of questions) {
              const filter = {
                organizationId: own.organization_id,
                userId: 'u',
                ...(from !== undefined && { from }),
                ...(to !== undefined && { to }),
                ...(model !== undefined && { model }),
                ...(keyId !== undefined && { keyId: `${keyId}${run}` }),
                ...(endUser !== undefined && { endUser }),
                ...(projectId !== undefined && { projectId }),
              }
              for (const group of ['model', 'end_user', 'key', 'project', 'day'] as const) {
                const sums = await summarizeUsage(deps, filter, group)
                const found = sums.map((sum) => [
                  sum.subject,
                  sum.requests,
                  sum.output_tokens,
                  sum.cost_nanos,
                ])
                expect(new Map(found.map((sum) => [sum[0], sum]))).toEqual(sumsOf(rows, filter, group))
              }
            }
            run++
          },
        ),
        { numRuns: 10 },
      )
    })
  })
}

/** The sums of a summary, worked out from the rows. */
function sumsOf(rows: readonly UsageEvent[], filter: UsageFilter, group: UsageGroup) {
  const sums = new Map<string | null, [string | null, number, number, bigint]>()
  for (const row of rows) {
    const { started_at, model, key_id, end_user, project_id, output_tokens, cost_nanos } = row
    if (started_at < (filter.from ?? started_at) || started_at >= (filter.to ?? started_at + 1)) continue
    if ((filter.model ?? model) !== model || (filter.keyId ?? key_id) !== key_id) continue
    if ((filter.endUser ?? end_user) !== end_user) continue
    if ((filter.projectId ?? project_id) !== project_id) continue
    const by = { model, end_user, key: key_id, project: project_id, day: String(dayOf(started_at)) }
    const subject = by[group] ?? null
    const [, requests, output, cost] = sums.get(subject) ?? [subject, 0, 0, 0n]
    sums.set(subject, [subject, requests + 1, output + output_tokens, cost + cost_nanos])
  }
  return sums
}
