import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeDatabase, type TestDatabase } from '../../test/support/stores.ts'
import {
  byKey,
  commitRows,
  expectedPeriods,
  expectedSums,
  expectLedger,
  KEY_PERIODS,
  sorted,
  subjectDays,
  usageRow,
} from '../../test/support/usage-rows.ts'
import { DAY_MS } from '../lib/window.ts'
import type { Store } from '../storage/store.ts'
import type { UsageEvent } from './usage-event.ts'

const JANUARY_2025 = Date.UTC(2025, 0, 1) / DAY_MS - 1

/** A day of May 2026, in days since the epoch. */
const may = (date: number): number => Date.UTC(2026, 4, date) / DAY_MS

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`the group commit of usage on ${name}`, () => {
    let database: TestDatabase
    let store: Store
    beforeAll(async () => {
      database = await makeDatabase(postgres)
      store = await database.open()
    })
    beforeEach(async () => {
      for (const table of [
        'usage_events',
        'usage_days',
        'usage_user_days',
        'usage_subject_days',
        'key_usage',
        'secret_usage',
      ] as const)
        await store.db.deleteFrom(table).execute()
    })
    afterAll(() => database.remove())

    test('a batch that is committed again, because nobody knew whether it was, counts nothing twice', async () => {
      const events = [usageRow(), usageRow({ model: 'other' }), usageRow({ key_id: 'k2', secret_id: 's2' })]
      expect(await commitRows(store, events)).toBe(3)
      expect(await commitRows(store, events)).toBe(0)
      await Promise.all([commitRows(store, events), commitRows(store, [...events].reverse())])
      await expectLedger(store, events)
    })

    test('of a batch that is there in part, only the new rows count', async () => {
      const events = Array.from({ length: 20 }, (_, index) => usageRow({ cost_nanos: BigInt(index) }))
      expect(await commitRows(store, events.slice(0, 12))).toBe(12)
      expect(await commitRows(store, events.slice(5))).toBe(8)
      await expectLedger(store, events)
    })

    test('a row that is in one batch twice counts once', async () => {
      const row = usageRow()
      expect(await commitRows(store, [row, row, { ...row, cost_nanos: 99n }])).toBe(1)
      await expectLedger(store, [row])
    })

    test('the first row with an id stands, whatever a later one says', async () => {
      const row = usageRow({ cost_nanos: 5n })
      await commitRows(store, [row])
      await commitRows(store, [{ ...row, cost_nanos: 50n, key_id: 'another' }])
      await expectLedger(store, [row])
    })

    test('5 000 rows of many keys, days and models in one batch', async () => {
      const events = Array.from({ length: 5000 }, (_, index) =>
        usageRow({
          key_id: `k${index % 61}`,
          secret_id: `s${index % 67}`,
          model: `m${index % 7}`,
          started_at: Date.UTC(2026, 0, 1) + (index % 5) * DAY_MS,
          cost_nanos: BigInt(index) * 1_000_003n,
        }),
      )
      expect(await commitRows(store, events)).toBe(5000)
      await expectLedger(store, events)
    })

    test('a request counts to the day of the project and of the end user that it names, in whatever batches it comes', async () => {
      const events = Array.from({ length: 120 }, (_, index) =>
        usageRow({
          user_id: `u${index % 2}`,
          project_id: index % 3 === 0 ? `p${index % 4}` : null,
          // Some have the name of a project.
          end_user: index % 5 === 0 ? `p${index % 10}` : null,
          started_at: may(1 + (index % 7)) * DAY_MS - 1,
        }),
      )
      const order = [events.slice(0, 50), events.slice(40, 90), events.slice(30).reverse(), events]
      for (const batch of order) await commitRows(store, batch)
      const rows = await store.db.selectFrom('usage_subject_days').selectAll().execute()
      expect(byKey(rows)).toEqual(subjectDays(events))
    })

    test('an empty batch is nothing', async () => {
      expect(await commitRows(store, [])).toBe(0)
      await expectLedger(store, [])
    })

    test('uses are counted per secret, and last_used only ever goes up', async () => {
      const at = (time: number) => usageRow({ started_at: time, finished_at: time })
      await commitRows(store, [at(3000), at(1000)], [{ secretId: 's', keyId: 'k', at: 2000 }])
      await commitRows(store, [at(2500)], [{ secretId: 's9', keyId: 'k9', at: 700 }])
      const secrets = await store.db.selectFrom('secret_usage').selectAll().orderBy('secret_id').execute()
      expect(secrets).toEqual([
        { secret_id: 's', use_count: 4, last_used_at: 3000 },
        { secret_id: 's9', use_count: 1, last_used_at: 700 },
      ])
      const keys = await store.db.selectFrom('key_usage').selectAll().orderBy('key_id').execute()
      expect(keys).toMatchObject([
        { key_id: 'k', requests: 3, cost_nanos: 21n, last_used_at: 3000 },
        { key_id: 'k9', requests: 0, cost_nanos: 0n, day_nanos: 0n, last_used_at: 700 },
      ])
    })

    /** Friday 1 May 2026 is in the week of 27 April. */
    const NEW = {
      day: may(1),
      day_nanos: 100n,
      week: may(-3),
      week_nanos: 111n,
      month: may(1),
      month_nanos: 100n,
    }
    const around = () => [
      usageRow({ started_at: may(1) * DAY_MS, cost_nanos: 100n }),
      usageRow({ started_at: may(1) * DAY_MS - 1, cost_nanos: 10n }),
      usageRow({ started_at: may(-3) * DAY_MS, cost_nanos: 1n }),
      usageRow({ started_at: may(-3) * DAY_MS - 1, cost_nanos: 1000n }),
    ]
    const periods = () => store.db.selectFrom('key_usage').selectAll().execute()

    test('a key’s day, week and month are each of its newest request, on whichever side of a boundary a batch’s others are', async () => {
      await commitRows(store, around())
      expect(await periods()).toMatchObject([{ cost_nanos: 1111n, ...NEW }])
    })

    test('so they are when each request is a batch of its own, in any order, with uses between them', async () => {
      for (const order of [
        [0, 1, 2, 3],
        [3, 2, 1, 0],
        [2, 0, 3, 1],
      ]) {
        await store.db.deleteFrom('key_usage').execute()
        const events = around()
        for (const place of order) {
          await commitRows(store, [], [{ secretId: 's', keyId: 'k', at: may(9) * DAY_MS }])
          await commitRows(store, [events[place] as UsageEvent])
        }
        expect(await periods()).toMatchObject([{ cost_nanos: 1111n, ...NEW }])
      }
    })

    test('so they are when batches of both sides are committed at once', async () => {
      await Promise.all([...around(), ...around(), ...around()].map((event) => commitRows(store, [event])))
      const [day_nanos, week_nanos, month_nanos] = [300n, 333n, 300n]
      expect(await periods()).toMatchObject([
        { cost_nanos: 3333n, ...NEW, day_nanos, week_nanos, month_nanos },
      ])
    })

    test('a batch with a row that the database refuses leaves nothing of itself', async () => {
      const bad = usageRow({ model: null as unknown as string })
      await expect(commitRows(store, [usageRow(), bad])).rejects.toThrow()
      await expectLedger(store, [])
    })

    test('however rows are cut into batches, repeated and mixed, the sums are the rows’', async () => {
      const row = fc.record({
        key: fc.integer({ min: 0, max: 3 }),
        model: fc.integer({ min: 0, max: 2 }),
        // A Sunday and the Monday after it; a month that ends in the middle of their week; the next week; a year later.
        day: fc.constantFrom(...[26, 27, 28, 31, 32, 34, 396].map((days) => JANUARY_2025 + days)),
        input: fc.integer({ min: 0, max: 1_000_000_000 }),
        cost: fc.bigInt({ min: 0n, max: 2n ** 50n }),
      })
      let run = 0
      await fc.assert(
        fc.asyncProperty(
          fc.array(row, { minLength: 1, maxLength: 12 }),
          fc.array(fc.array(fc.nat(11), { maxLength: 12 }), { maxLength: 5 }),
          async (specs, batches) => {
            const own = `run${run++}`
            const events = specs.map((spec) =>
              usageRow({
                key_id: `${own}-${spec.key}`,
                secret_id: `${own}-${spec.key}`,
                model: `m${spec.model}`,
                started_at: spec.day * DAY_MS + 1,
                input_tokens: spec.input,
                cost_nanos: spec.cost,
              }),
            )
            const taken = new Set<UsageEvent>()
            for (const picks of batches) {
              const batch = picks.map((pick) => events[pick % events.length] as UsageEvent)
              for (const event of batch) taken.add(event)
              await commitRows(store, batch)
            }
            const expected = expectedSums([...taken])
            const keys = await store.db
              .selectFrom('key_usage')
              .select(['key_id', 'requests', 'cost_nanos'])
              .where('key_id', 'like', `${own}-%`)
              .execute()
            expect(sorted(keys)).toEqual(sorted(expected.keys))
            const periods = await store.db
              .selectFrom('key_usage')
              .select(KEY_PERIODS)
              .where('key_id', 'like', `${own}-%`)
              .execute()
            expect(sorted(periods)).toEqual(sorted(expectedPeriods([...taken])))
            const days = await store.db
              .selectFrom('usage_days')
              .select(['key_id', 'day', 'model', 'requests', 'input_tokens', 'cached_tokens'])
              .select(['output_tokens', 'reasoning_tokens', 'cost_nanos'])
              .where('key_id', 'like', `${own}-%`)
              .execute()
            expect(sorted(days)).toEqual(sorted(expected.days))
          },
        ),
        { numRuns: 25 },
      )
    })

    test('four nodes that count for the same keys in different orders all get through, and nothing is missing', {
      timeout: 60_000,
    }, async () => {
      const nodes = await Promise.all(Array.from({ length: 4 }, () => database.open({ connections: 2 })))
      const all: UsageEvent[] = []
      const batchOf = (node: number, round: number): UsageEvent[] => {
        const batch = Array.from({ length: 40 }, (_, index) => {
          // Every node walks the keys in another order.
          const key = ((index + round) * [1, 3, 7, 39][node]!) % 40
          return usageRow({ key_id: `k${key}`, secret_id: `s${key}`, model: `m${key % 3}` })
        })
        all.push(...batch)
        return batch
      }
      await Promise.all(
        nodes.map(async (node, index) => {
          for (let round = 0; round < 25; round++) await commitRows(node, batchOf(index, round))
        }),
      )
      await expectLedger(store, all)
    })
  })
}
