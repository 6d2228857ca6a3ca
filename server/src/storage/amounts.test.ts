import fc from 'fast-check'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeDatabase, type TestDatabase } from '../../test/support/stores.ts'
import { narrowRow } from './rows.ts'
import type { Store } from './store.ts'
import type { Tables } from './tables.ts'

const MOST = 2n ** 63n - 1n
const LEAST = -(2n ** 63n)
const EDGES = [0n, 1n, -1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, MOST, LEAST]

test('a row keeps its amounts as bigint and has every other integer as number', () => {
  const row = { cost_nanos: 5n, requests: 7n, name: 'x', nothing: null, flag: true }
  expect(narrowRow(row)).toEqual({ cost_nanos: 5n, requests: 7, name: 'x', nothing: null, flag: true })
})

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`amounts on ${name}`, () => {
    let database: TestDatabase
    let store: Store
    let keys = 0
    beforeAll(async () => {
      database = await makeDatabase(postgres)
      store = await database.open()
    })
    afterAll(() => database.remove())

    async function write(db: Kysely<Tables>, amount: bigint, count: number): Promise<string> {
      const key_id = `k${keys++}`
      await db
        .insertInto('key_usage')
        .values({ key_id, requests: count, cost_nanos: amount, last_used_at: 1 })
        .execute()
      return key_id
    }
    const read = (db: Kysely<Tables>, key: string) =>
      db
        .selectFrom('key_usage')
        .select(['cost_nanos', 'requests'])
        .where('key_id', '=', key)
        .executeTakeFirstOrThrow()

    test('any amount of 64 bits comes back as the bigint it was, and a count as the number it was', async () => {
      const amounts = fc.bigInt({ min: LEAST, max: MOST })
      const counts = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
      const examples = EDGES.map((amount): [bigint, number] => [amount, Number.MAX_SAFE_INTEGER])
      await fc.assert(
        fc.asyncProperty(amounts, counts, async (amount, count) => {
          const key = await write(store.db, amount, count)
          expect(await read(store.db, key)).toEqual({ cost_nanos: amount, requests: count })
        }),
        { numRuns: 60, examples },
      )
    })

    test('so it does inside a transaction, from RETURNING, under another name, and by comparison', async () => {
      await store.db.transaction().execute(async (db) => {
        for (const amount of EDGES) {
          const key = await write(db, amount, 3)
          expect(await read(db, key)).toEqual({ cost_nanos: amount, requests: 3 })
          const returned = await db
            .updateTable('key_usage')
            .set({ requests: 4 })
            .where('key_id', '=', key)
            .returning(['cost_nanos', 'requests'])
            .executeTakeFirst()
          expect(returned).toEqual({ cost_nanos: amount, requests: 4 })
          const found = await db
            .selectFrom('key_usage')
            .select((e) => ['cost_nanos as other_nanos', e.fn.countAll<number>().as('rows')])
            .where('cost_nanos', '=', amount)
            .where('key_id', '=', key)
            .groupBy('cost_nanos')
            .executeTakeFirst()
          expect(found).toEqual({ other_nanos: amount, rows: 1 })
        }
      })
    })

    test('an amount that is absent is null, beside one that is there', async () => {
      const key = await write(store.db, MOST, 1)
      const joined = await store.db
        .selectFrom('key_usage as u')
        .leftJoin('usage_days as d', 'd.key_id', 'u.key_id')
        .select(['u.cost_nanos as total_nanos', 'd.cost_nanos as daily_nanos', 'd.requests'])
        .where('u.key_id', '=', key)
        .execute()
      expect(joined).toEqual([{ total_nanos: MOST, daily_nanos: null, requests: null }])
    })

    test('sums beyond 2^53 lose nothing', async () => {
      const parts = [2n ** 53n, 1n, 2n ** 60n, -3n]
      const made = await Promise.all(parts.map((part) => write(store.db, part, 1)))
      const sum = await store.db
        .selectFrom('key_usage')
        .select(sql<bigint>`CAST(SUM(cost_nanos) AS BIGINT)`.as('sum_nanos'))
        .where('key_id', 'in', made)
        .executeTakeFirstOrThrow()
      expect(sum.sum_nanos).toBe(2n ** 60n + 2n ** 53n - 2n)
    })

    test('an amount that 64 bits cannot hold is refused, not cut', async () => {
      await expect(write(store.db, MOST + 1n, 1)).rejects.toThrow()
      await expect(write(store.db, LEAST - 1n, 1)).rejects.toThrow()
      const key = await write(store.db, MOST, 1)
      const more = store.db
        .updateTable('key_usage')
        .set({ cost_nanos: sql`cost_nanos + 1` })
        .where('key_id', '=', key)
      await expect(more.execute()).rejects.toThrow()
      expect(await read(store.db, key)).toEqual({ cost_nanos: MOST, requests: 1 })
    })
  })
}
