import SQLite from 'better-sqlite3'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { holdClosedPort } from '../../test/support/closed-port.ts'
import { makeDatabase, SILENT, type TestDatabase } from '../../test/support/stores.ts'
import { startProxy } from '../../test/support/tcp-proxy.ts'
import { AppError } from '../errors.ts'
import { isStoreFailure } from './failure.ts'
import { openPostgres } from './postgres/open.ts'
import type { Store } from './store.ts'

const faultOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

/** The error that `work` ends with says that the database could not be asked. */
async function expectUnavailable(work: Promise<unknown>): Promise<void> {
  const fault = await faultOf(work)
  expect(isStoreFailure(fault), String(fault)).toBe(true)
}

/** The error is the question's own fault. */
async function expectWrongQuestion(work: Promise<unknown>): Promise<void> {
  const fault = await faultOf(work)
  expect(fault).toBeInstanceOf(Error)
  expect(isStoreFailure(fault), String(fault)).toBe(false)
}

test('what is no failure of the store is not taken for one', () => {
  const others = [
    undefined,
    null,
    'ECONNREFUSED',
    new TypeError('undefined is not a function'),
    new AppError('not_found'),
    Object.assign(new Error('duplicate'), { code: '23505' }),
    Object.assign(new Error('syntax'), { code: '42601' }),
    Object.assign(new Error('out of range'), { code: '22003' }),
    Object.assign(new Error('constraint'), { code: 'SQLITE_CONSTRAINT_UNIQUE' }),
    Object.assign(new Error('no such table'), { code: 'SQLITE_ERROR' }),
  ]
  for (const other of others) expect(isStoreFailure(other), String(other)).toBe(false)
})

test('what databases and systems call unavailable is known by its code', () => {
  const codes =
    '08006 08P01 28P01 3D000 25006 25P03 40001 40P01 53100 53300 55P03 57014 57P01 57P03 58030 ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN SQLITE_BUSY SQLITE_BUSY_SNAPSHOT SQLITE_FULL SQLITE_IOERR_WRITE SQLITE_CANTOPEN SQLITE_LOCKED SQLITE_READONLY SQLITE_PROTOCOL SQLITE_NOMEM SQLITE_CORRUPT SQLITE_NOTADB'
  for (const code of codes.split(' ')) {
    expect(isStoreFailure(Object.assign(new Error('x'), { code })), code).toBe(true)
  }
})

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`failures on ${name}`, () => {
    let database: TestDatabase
    let store: Store
    beforeAll(async () => {
      database = await makeDatabase(postgres)
      store = await database.open()
    })
    afterAll(() => database.remove())

    const insert = (row: string) => store.db.insertInto('meta').values({ name: row, value: '' }).execute()

    test('a wrong question is no failure of the store', async () => {
      await insert('taken')
      await expectWrongQuestion(insert('taken'))
      await expectWrongQuestion(sql`SELECT nonsense FROM nowhere`.execute(store.db))
      await expectWrongQuestion(sql`INSERT INTO meta (name) VALUES ('no value')`.execute(store.db))
      await expectWrongQuestion(store.commit('no such batch', {}))
    })

    test('a store that was closed cannot be asked', async () => {
      const other = await database.open()
      await other.close()
      await expectUnavailable(other.db.selectFrom('meta').selectAll().execute())
      await expectUnavailable(other.ping())
      await expectUnavailable(other.commit('ledger', ''))
    })
  })
}

describe('failures on SQLite alone', () => {
  test('a file that another process keeps locked cannot be asked, and can be afterwards', async () => {
    const database = await makeDatabase(false)
    const store = await database.open()
    const other = new SQLite(database.path)
    other.exec('BEGIN IMMEDIATE')
    const write = () => store.db.insertInto('meta').values({ name: 'a', value: '' }).execute()
    await Promise.all([
      expectUnavailable(write()),
      // A reader is not held up meanwhile.
      expect(store.db.selectFrom('meta').selectAll().execute()).resolves.toEqual([]),
    ])
    other.exec('ROLLBACK')
    other.close()
    await write()
    await database.remove()
  })
})

describe.skipIf(!process.env.TEST_DATABASE_URL)('failures on PostgreSQL alone', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await makeDatabase(true)
  })
  afterAll(() => database.remove())

  const others = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`

  test('a connection that ends between two statements of a transaction fails it and leaves the process alive', async () => {
    const store = await database.open()
    await expectUnavailable(
      store.db.transaction().execute(async (db) => {
        await db.insertInto('meta').values({ name: 'lost', value: '' }).execute()
        await database.raw(others)
        // An unheard 'error' event would end the process here.
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
        await db.insertInto('meta').values({ name: 'lost too', value: '' }).execute()
      }),
    )
    expect(await store.db.selectFrom('meta').selectAll().where('name', 'like', 'lost%').execute()).toEqual([])
  })

  test('a connection that ends under a running statement fails that statement only', async () => {
    const store = await database.open()
    const sleeping = expectUnavailable(sql`SELECT pg_sleep(20)`.execute(store.db))
    const asleep = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'`
    while ((await database.raw(asleep)).length === 0);
    await database.raw(others)
    await sleeping
    // The pool may still hand out a connection of whose end it has not heard.
    await expect.poll(() => faultOf(store.ping()), { timeout: 10_000 }).toBeUndefined()
  })

  test('nobody listening, a pool that is used up, a lock that is held: none of them is a refusal', async () => {
    const closed = await holdClosedPort()
    const nobody = new URL(database.url)
    nobody.port = String(closed.port)
    const store = await database.open({ connections: 2 })
    const insert = () => store.db.insertInto('meta').values({ name: 'locked', value: '' }).execute()
    await Promise.all([
      expectUnavailable(openPostgres(nobody.href, 2, {}, SILENT)),
      store.db.transaction().execute(async (db) => {
        await db.insertInto('meta').values({ name: 'locked', value: '' }).execute()
        // The second connection waits for the lock, the third statement for a connection.
        await Promise.all([expectUnavailable(insert()), expectUnavailable(insert())])
      }),
    ])
    closed.release()
  })

  test('a log-in that is refused, and a database that is not there', async () => {
    const missing = new URL(database.url)
    missing.pathname = '/claviger_is_not_here'
    await expectUnavailable(openPostgres(missing.href, 2, {}, SILENT))
    await database.raw(
      `DO $$ BEGIN CREATE ROLE claviger_no_login NOLOGIN; EXCEPTION WHEN duplicate_object THEN END $$`,
    )
    const nobody = new URL(database.url)
    nobody.username = 'claviger_no_login'
    await expectUnavailable(openPostgres(nobody.href, 2, {}, SILENT))
  })

  test('a network that swallows everything', async () => {
    const proxy = await startProxy(database.url)
    const store = await database.open({ url: proxy.through(database.url) })
    proxy.swallow()
    // New connections are tried for five seconds.
    await expectUnavailable(
      Promise.all(Array.from({ length: 11 }, () => store.db.selectFrom('meta').selectAll().execute())),
    )
    await proxy.close()
  })
})
