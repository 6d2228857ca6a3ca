import { fileURLToPath } from 'node:url'
import type { Kysely } from 'kysely'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { DATABASES } from '../../../test/support/claviger.ts'
import { MAIN, runNode, startNode, stop, stopAll } from '../../../test/support/processes.ts'
import { makeDatabase, type TestDatabase } from '../../../test/support/stores.ts'
import { migrate } from './migrate.ts'

afterAll(stopAll)

const HALF = fileURLToPath(new URL('../../../test/support/half-migration.ts', import.meta.url))

/** Everything that the schema consists of, as the database itself describes it. */
async function schemaOf({ postgres, raw }: TestDatabase): Promise<string[]> {
  const rows = await raw(
    postgres
      ? `SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS part
           FROM information_schema.columns WHERE table_schema = 'public'
         UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
         UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
         UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
         UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace`
      : `SELECT type || ' ' || name || ' ' || COALESCE(sql, '') AS part FROM sqlite_schema`,
  )
  return rows.map(({ part }) => String(part)).sort()
}

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`migrations on ${name}`, () => {
    let database: TestDatabase
    afterEach(() => database.remove())

    const kind = postgres ? 'postgres' : 'sqlite'
    const ran = async (): Promise<string[]> =>
      (await database.raw('SELECT name FROM migrations ORDER BY name')).map((row) => String(row.name))

    test('an empty database gets the schema, and a second time changes nothing', async () => {
      database = await makeDatabase(postgres)
      const store = await database.open()
      const [first, names] = [await schemaOf(database), await ran()]
      expect(names).toContain('0001-foundation')
      expect(await migrate(store.db as unknown as Kysely<unknown>, kind)).toEqual([])
      await (await database.open()).ping()
      expect([await schemaOf(database), await ran()]).toEqual([first, names])
    })

    test('three processes at once on an empty database make it once, and all three succeed', {
      timeout: 60_000,
    }, async () => {
      database = await makeDatabase(postgres)
      const env = {
        DATA_DIR: database.dir,
        CLAVIGER_PEPPER: 'test-pepper-0123456789-abcdefghijklmn',
        CLAVIGER_SESSION_SECRET: 'test-session-0123456789-abcdefghijkl',
        CLAVIGER_AUDIT_KEY: 'test-audit-0123456789-abcdefghijklmno',
        ...(postgres && { DATABASE_URL: database.url }),
      }
      const ended = await Promise.all(Array.from({ length: 3 }, () => runNode([MAIN, 'migrate'], env)))
      for (const { code, stderr } of ended) expect(code, stderr).toBe(0)
      const names = await ran()
      expect(new Set(names).size).toBe(names.length)
      await (await database.open()).ping()
    })

    test('a database that a newer version has made is refused, and nothing is left open', async () => {
      database = await makeDatabase(postgres)
      const store = await database.open()
      await store.db
        .insertInto('migrations' as never)
        .values({ name: '9999-from-the-future', at: 1 } as never)
        .execute()
      await store.close()
      await expect(database.open()).rejects.toThrow(/9999-from-the-future.*run a newer Claviger/)
      expect(await ran()).toContain('9999-from-the-future')
      if (postgres) {
        const others = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
        await expect.poll(() => database.raw(others), { timeout: 10_000 }).toEqual([])
      }
    })
  })
}

describe('migrations on SQLite alone', () => {
  test('kill -9 in the middle of a migration leaves nothing of it, and the next start does it all', {
    timeout: 120_000,
  }, async () => {
    const whole = await makeDatabase(false)
    const counted = await startNode([HALF, whole.path, '1000000'], {}, /whole (\d+)/)
    await stop(counted.child)
    const statements = Number(counted.match[1])
    const schema = await schemaOf(whole)
    expect(schema.length).toBeGreaterThan(20)
    await whole.remove()
    for (const stopAfter of [3, Math.floor(statements / 2), statements]) {
      const database = await makeDatabase(false)
      const { child } = await startNode([HALF, database.path, String(stopAfter)], {}, /half/)
      child.kill('SIGKILL')
      await stop(child)
      expect(await schemaOf(database), `after statement ${stopAfter} of ${statements}`).toEqual([])
      await (await database.open()).ping()
      expect(await schemaOf(database)).toEqual(schema)
      await database.remove()
    }
  })
})
