import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import SQLite from 'better-sqlite3'
import { Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAIN, runNode, stopAll } from '../../../test/support/processes.ts'
import { makeDatabase, TEST_THREAD, type TestDatabase } from '../../../test/support/stores.ts'
import { commitRows, expectedSums, sorted, usageRow } from '../../../test/support/usage-rows.ts'
import type { UsageEvent } from '../../usage/usage-event.ts'
import { isStoreFailure } from '../failure.ts'
import type { Store } from '../store.ts'
import type { Tables } from '../tables.ts'
import { openFile } from './connection.ts'
import { sqliteDialect } from './dialect.ts'
import { openSqlite } from './open.ts'
import { ThreadClient } from './thread-client.ts'

afterAll(stopAll)

/** Commits batches of rows back to back until it is stopped; `acknowledged` are those whose commit came back. */
function keepWriting(store: Store) {
  const acknowledged: UsageEvent[] = []
  let stopped = false
  const writing = (async () => {
    while (!stopped) {
      const rows = Array.from({ length: 25 }, (_, index) => usageRow({ key_id: `k${index % 5}` }))
      await commitRows(store, rows)
      acknowledged.push(...rows)
    }
  })()
  return {
    acknowledged,
    stop: async () => {
      stopped = true
      await writing
    },
  }
}

/** The copy is whole: SQLite finds no fault in it, and its roll-ups are the sums of its own rows. */
function expectConsistent(path: string): UsageEvent[] {
  const copy = new SQLite(path, { readonly: true })
  try {
    expect(copy.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }])
    const rows = copy.prepare('SELECT * FROM usage_events').all() as (UsageEvent & { cost_nanos: number })[]
    const events = rows.map((row) => ({ ...row, cost_nanos: BigInt(row.cost_nanos) }))
    const keys = copy.prepare('SELECT key_id, requests, cost_nanos FROM key_usage').all() as {
      cost_nanos: number
    }[]
    const exact = keys.map((key) => ({ ...key, cost_nanos: BigInt(key.cost_nanos) }))
    expect(sorted(exact)).toEqual(sorted(expectedSums(events).keys))
    return events
  } finally {
    copy.close()
  }
}

describe('the database threads of SQLite', () => {
  let database: TestDatabase
  let store: Store
  beforeAll(async () => {
    database = await makeDatabase(false)
    store = await database.open()
  })
  afterAll(() => database.remove())

  const names = async () =>
    (await store.db.selectFrom('meta').select('name').execute()).map((row) => row.name)

  test('a commit is on the disk before it is acknowledged: write-ahead log, synchronous, foreign keys', () => {
    const handle = openFile(join(database.dir, 'settings.db'), false)
    expect(handle.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(handle.pragma('synchronous', { simple: true })).toBe(2)
    expect(handle.pragma('foreign_keys', { simple: true })).toBe(1)
    handle.close()
  })

  test('what another process changes is seen at the next question', async () => {
    for (let turn = 0; turn < 50; turn++) {
      const before = store.epoch.current()
      await database.raw('UPDATE epoch SET value = value + 1')
      // A question belongs to a turn of the event loop: nothing that arrives later can be answered by an earlier one.
      await new Promise((resolve) => setImmediate(resolve))
      expect(store.epoch.current()).toBe(before + 1)
    }
    await database.raw(`INSERT INTO meta (name, value) VALUES ('from outside', '')`)
    expect(await names()).toContain('from outside')
  })

  test('a commit that takes long does not stop the event loop', async () => {
    let turns = 0
    const clock = setInterval(() => turns++, 5)
    await store.commit('spin', { milliseconds: 600 })
    clearInterval(clock)
    // On a machine that does nothing else there are 120.
    expect(turns).toBeGreaterThan(20)
  })

  /** A thread and Kysely over it, as `openSqlite` has them, and a way to end the thread. */
  function mortal() {
    const client = new ThreadClient(TEST_THREAD, { path: database.path, readonly: false })
    const db = new Kysely<Tables>({ dialect: sqliteDialect(client, client) })
    const put = (name: string, over: Kysely<Tables> = db) =>
      over.insertInto('meta').values({ name, value: '' }).execute()
    return { client, put, db, die: () => client.send({ op: 'die', tx: 0 } as never) }
  }

  const fault = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    )

  test('a thread that dies rejects all that waits for it, and a later request has a new one', async () => {
    const { client, put, die } = mortal()
    await put('before the death')
    void fault(die())
    const faults = await Promise.all([put('dies with it'), client.run(0, 'SELECT 1', [])].map(fault))
    for (const each of faults) expect(isStoreFailure(each), String(each)).toBe(true)
    // At once it is not tried again.
    expect(isStoreFailure(await fault(put('too early')))).toBe(true)
    await expect.poll(() => fault(put('with a new thread')), { timeout: 5000 }).toBeUndefined()
    const found = await names()
    expect(found).toEqual(expect.arrayContaining(['before the death', 'with a new thread']))
    expect(found).not.toContain('dies with it')
    await client.close()
  })

  test('a transaction whose thread dies is rolled back and not gone on with, and its lock is free', async () => {
    const { client, db, put, die } = mortal()
    const open = db.transaction().execute(async (trx) => {
      await put('first half', trx)
      await fault(die())
      // The new thread, when it is there, knows nothing of this transaction.
      const again = () => fault(put('first half', trx)).then(String)
      await expect.poll(again, { timeout: 5000 }).toMatch(/took too long/)
      await put('second half', trx)
    })
    expect(isStoreFailure(await fault(open))).toBe(true)
    await put('after it')
    // Another connection writes, too: nothing is locked any more.
    await store.db.insertInto('meta').values({ name: 'from elsewhere', value: '' }).execute()
    const found = await names()
    expect(found).toEqual(expect.arrayContaining(['after it', 'from elsewhere']))
    expect(found.filter((name) => name.endsWith('half'))).toEqual([])
    await client.close()
  })

  test('a thread that has died can be closed, and stays closed', async () => {
    const { client, die, put } = mortal()
    await fault(die())
    await client.close()
    expect(isStoreFailure(await fault(put('after the close')))).toBe(true)
  })

  test('close waits for what was asked before it, and loses nothing', async () => {
    const other = await database.open()
    const rows = Array.from({ length: 40 }, () => Array.from({ length: 20 }, () => usageRow()))
    const commits = rows.map((batch) => commitRows(other, batch))
    const held = other.db.transaction().execute(async (db) => {
      await db.insertInto('meta').values({ name: 'in a transaction', value: '' }).execute()
      await sleep(50)
      await db.insertInto('meta').values({ name: 'to its end', value: '' }).execute()
    })
    await new Promise((resolve) => setImmediate(resolve))
    await other.close()
    await Promise.all([...commits, held])
    const ids = new Set(
      (await store.db.selectFrom('usage_events').select('id').execute()).map((row) => row.id),
    )
    for (const row of rows.flat()) expect(ids.has(row.id)).toBe(true)
    expect(await names()).toEqual(expect.arrayContaining(['in a transaction', 'to its end']))
  })

  test('a file that is no database is refused with a reason, and a second time as well', async () => {
    const path = join(database.dir, 'nonsense.db')
    writeFileSync(path, 'This is not a database. '.repeat(1000))
    for (let turn = 0; turn < 2; turn++) {
      await expect(openSqlite(path, TEST_THREAD)).rejects.toThrow(/not a database/)
    }
  })
})

describe('a backup of SQLite', () => {
  test('under writes holds all that was acknowledged before it, is consistent and lets the writes go on', async () => {
    const database = await makeDatabase(false)
    const store = await database.open()
    // Large enough that it cannot be copied between two commits.
    for (let batch = 0; batch < 12; batch++)
      await commitRows(
        store,
        Array.from({ length: 2500 }, () => usageRow()),
      )
    const writing = keepWriting(store)
    while (writing.acknowledged.length < 100) await sleep(1)
    const before = [...writing.acknowledged]
    const target = join(database.dir, 'copy.db')
    await store.backup(target)
    const during = writing.acknowledged.length - before.length
    await writing.stop()
    const ids = new Set(expectConsistent(target).map(({ id }) => id))
    for (const row of before) expect(ids.has(row.id)).toBe(true)
    expect(during).toBeGreaterThan(0)
    expect(readdirSync(database.dir).filter((file) => file.includes('partial'))).toEqual([])
    await database.remove()
  })

  test('from another process comes to its end while the server writes without a pause', {
    timeout: 60_000,
  }, async () => {
    const database = await makeDatabase(false)
    const store = await database.open()
    for (let batch = 0; batch < 12; batch++)
      await commitRows(
        store,
        Array.from({ length: 2500 }, () => usageRow()),
      )
    const writing = keepWriting(store)
    const target = join(database.dir, 'copy.db')
    const env = {
      DATA_DIR: database.dir,
      CLAVIGER_PEPPER: 'test-pepper-0123456789-abcdefghijklmn',
      CLAVIGER_SESSION_SECRET: 'test-session-0123456789-abcdefghijkl',
      CLAVIGER_AUDIT_KEY: 'test-audit-0123456789-abcdefghijklmno',
    }
    const { code, stderr } = await runNode([MAIN, 'backup', target], env)
    await writing.stop()
    expect(code, stderr).toBe(0)
    expect(expectConsistent(target).length).toBeGreaterThanOrEqual(30_000)
    await database.remove()
  })

  test('that fails leaves no file that could be taken for one', async () => {
    const database = await makeDatabase(false)
    const store = await database.open()
    const target = join(database.dir, 'no such folder', 'copy.db')
    await expect(store.backup(target)).rejects.toThrow()
    expect(existsSync(target)).toBe(false)
    await store.ping()
    await database.remove()
  })
})
