import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { ledgerOver } from '../../test/support/ledger-parts.ts'
import { makeDatabase, type TestDatabase } from '../../test/support/stores.ts'
import { startProxy } from '../../test/support/tcp-proxy.ts'
import { expectLedger, usageRow } from '../../test/support/usage-rows.ts'
import { isStoreFailure } from '../storage/failure.ts'
import type { Store } from '../storage/store.ts'
import type { UsageEvent } from '../usage/usage-event.ts'

import type { LedgerBatch } from './entry.ts'
import { unpackBatch } from './packed.ts'

type Commit = () => Promise<unknown>

/** The store itself, with a hand on the wire: it sees each commit and may hold it, or break it before or behind. */
function tapped(store: Store, tap: (rows: number, commit: Commit) => Promise<unknown>): Store {
  return {
    ...store,
    commit: async <P, R>(batch: string, payload: P): Promise<R> => {
      const rows = (typeof payload === 'string' ? unpackBatch(payload) : (payload as LedgerBatch)).settlements
        .length
      return (await tap(rows, () => store.commit<P, R>(batch, payload))) as R
    },
  }
}

const lost = () => new Error('Connection terminated unexpectedly')
const rowsOf = (count: number): UsageEvent[] => Array.from({ length: count }, () => usageRow())

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`the recorder on ${name}`, () => {
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

    const recorderOver = ledgerOver
    const stored = async (id: string) =>
      (await store.db.selectFrom('usage_events').select('id').where('id', '=', id).execute()).length === 1

    test('a row can be read by anybody as soon as it is acknowledged, and not acknowledged before', async () => {
      let committed = false
      const recorder = recorderOver(
        tapped(store, async (_, commit) => {
          const result = await commit()
          committed = true
          return result
        }),
      )
      for (let turn = 0; turn < 20; turn++) {
        const row = usageRow()
        committed = false
        await recorder.record(row)
        expect(committed).toBe(true)
        expect(await stored(row.id)).toBe(true)
      }
    })

    test('rows that are recorded one after the other, each on the heels of the last, all get through', async () => {
      const recorder = recorderOver(store)
      const rows = rowsOf(100)
      for (const [index, row] of rows.entries()) {
        await recorder.record(row)
        // At every step of its way to rest the recorder must notice who comes.
        for (let step = 0; step < index % 10; step++) await Promise.resolve()
      }
      await expectLedger(store, rows)
    })

    test('rows that come while a commit is under way share the next one', async () => {
      const sizes: number[] = []
      let release = (): void => {}
      let held = new Promise<void>((resolve) => {
        release = resolve
      })
      let begun = (): void => {}
      const first = new Promise<void>((resolve) => {
        begun = resolve
      })
      const recorder = recorderOver(
        tapped(store, async (rows, commit) => {
          sizes.push(rows)
          begun()
          await held
          return commit()
        }),
      )
      const rows = rowsOf(61)
      const recorded = [recorder.record(rows[0] as UsageEvent)]
      await first
      recorded.push(...rows.slice(1).map((row) => recorder.record(row)))
      release()
      held = Promise.resolve()
      await Promise.all(recorded)
      expect(sizes).toEqual([1, 60])
      await expectLedger(store, rows)
    })

    test('thousands at once are written in batches, all of them, once', async () => {
      const sizes: number[] = []
      const recorder = recorderOver(
        tapped(store, (rows, commit) => {
          sizes.push(rows)
          return commit()
        }),
      )
      const rows = rowsOf(2300)
      await Promise.all(rows.map((row) => recorder.record(row)))
      expect(Math.max(...sizes)).toBeLessThanOrEqual(500)
      expect(sizes.length).toBeLessThan(20)
      await expectLedger(store, rows)
    })

    test('a commit of which nobody knows whether it held is done again, and its rows count once', async () => {
      let tries = 0
      const recorder = recorderOver(
        tapped(store, async (_, commit) => {
          tries++
          if (tries === 1) throw lost()
          const result = await commit()
          if (tries === 2) throw lost()
          return result
        }),
      )
      const rows = rowsOf(5)
      await Promise.all(rows.map((row) => recorder.record(row)))
      expect(tries).toBe(3)
      await expectLedger(store, rows)
    })

    test('a row that the database refuses fails alone: its neighbours are written, and quickly', async () => {
      const recorder = recorderOver(store)
      const rows = rowsOf(40)
      const bad = usageRow({ model: null as unknown as string })
      const begun = performance.now()
      const [refused, ...others] = await Promise.allSettled([bad, ...rows].map((row) => recorder.record(row)))
      expect(refused?.status).toBe('rejected')
      expect(others.map(({ status }) => status)).toEqual(rows.map(() => 'fulfilled'))
      expect(performance.now() - begun).toBeLessThan(10_000)
      await expectLedger(store, rows)
      const next = usageRow()
      await recorder.record(next)
      await expectLedger(store, [...rows, next])
    })

    test('flush waits for everything that was recorded before it, and for nothing when there is nothing', async () => {
      const recorder = recorderOver(store)
      await recorder.flush()
      const rows = rowsOf(700)
      let acknowledged = 0
      for (const row of rows)
        void recorder.record(row).then(() => {
          acknowledged++
        })
      await recorder.flush()
      expect(acknowledged).toBe(700)
      await expectLedger(store, rows)
    })

    test('flush waits for the row of a request that has begun and not come to its end', async () => {
      const recorder = recorderOver(store)
      const row = usageRow()
      recorder.entered()
      const ending = new Promise((resolve) => setTimeout(resolve, 100))
        .then(() => recorder.record(row))
        .finally(() => recorder.left())
      await recorder.flush()
      await expectLedger(store, [row])
      await ending
    })

    const uses = () => store.db.selectFrom('secret_usage').selectAll().execute()
    const touch = (at: number) => ({ secretId: 's', keyId: 'k', at })

    test('uses without a row are gathered: many are one write, with the time of the last', async () => {
      let commits = 0
      const recorder = recorderOver(
        tapped(store, (_, commit) => {
          commits++
          return commit()
        }),
      )
      for (let at = 1; at <= 500; at++) recorder.touch(touch(at))
      // Nobody flushes: it is written within the second that last_used may lag.
      await expect.poll(uses).toEqual([{ secret_id: 's', use_count: 1, last_used_at: 500 }])
      expect(commits).toBe(1)
      expect(await store.db.selectFrom('key_usage').selectAll().execute()).toMatchObject([
        { key_id: 'k', requests: 0, cost_nanos: 0n, last_used_at: 500 },
      ])
    })

    test('a use that is noted while a commit is under way for long is not forgotten, nor is the next', async () => {
      let release = (): void => {}
      let held = new Promise<void>((resolve) => {
        release = resolve
      })
      const recorder = recorderOver(
        tapped(store, async (_, commit) => {
          await held
          return commit()
        }),
      )
      const recorded = recorder.record(usageRow({ secret_id: 'other' }))
      recorder.touch(touch(10))
      // Until the use's own time to be written has come and gone.
      await new Promise((resolve) => setTimeout(resolve, 700))
      release()
      held = Promise.resolve()
      await recorded
      const ours = async () => (await uses()).filter((use) => use.secret_id === 's')
      await expect.poll(ours).toMatchObject([{ last_used_at: 10 }])
      recorder.touch(touch(20))
      await expect.poll(ours).toMatchObject([{ last_used_at: 20 }])
    })
  })
}

describe('the recorder on SQLite alone', () => {
  test('a locked file is waited for: the rows are there when it is free, once', {
    timeout: 40_000,
  }, async () => {
    const database = await makeDatabase(false)
    const store = await database.open()
    const recorder = ledgerOver(store)
    const { default: SQLite } = await import('better-sqlite3')
    const other = new SQLite(database.path)
    other.exec('BEGIN IMMEDIATE')
    const rows = rowsOf(10)
    const recorded = Promise.all(rows.map((row) => recorder.record(row)))
    // Longer than SQLite itself waits, so that a commit fails.
    setTimeout(() => other.exec('ROLLBACK'), 6000)
    await recorded
    other.close()
    await expectLedger(store, rows)
    await database.remove()
  })
})

describe.skipIf(!process.env.TEST_DATABASE_URL)('the recorder on PostgreSQL alone', () => {
  test('rows wait for a database that is away, and are there once when it is back', {
    timeout: 60_000,
  }, async () => {
    const database = await makeDatabase(true)
    const proxy = await startProxy(database.url)
    const store = await database.open({ url: proxy.through(database.url) })
    const recorder = ledgerOver(store)
    const rows = rowsOf(200)
    const recorded: Promise<void>[] = []
    for (const [index, row] of rows.entries()) {
      recorded.push(recorder.record(row))
      if (index % 50 === 20) proxy.cut()
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (index % 50 === 40) await proxy.heal()
    }
    await Promise.all(recorded)
    await expectLedger(store, rows)
    proxy.cut()
    const gone = recorder.record(usageRow())
    // In the end the caller is told, so that he does not wait for ever.
    await expect(gone).rejects.toSatisfy(isStoreFailure)
    await proxy.close()
    await database.remove()
  })
})
