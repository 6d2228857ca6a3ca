import SQLite from 'better-sqlite3'
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { DATABASES } from '../../../test/support/claviger.ts'
import { createDatabase } from '../../../test/support/templates.ts'
import { foundation } from './0001-foundation.ts'
import { ledger } from './0002-ledger.ts'
import { people } from './0003-people.ts'

const NOW = '2026-01-01T00:00:00.000Z'
/** As they were before: a key, and whose it is. */
const ROWS = [
  `INSERT INTO "user" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt")
    VALUES ('u', 'U', 'u@example.com', FALSE, '${NOW}', '${NOW}')`,
  `INSERT INTO "organization" ("id", "name", "slug", "createdAt") VALUES ('o', 'O', 'o', '${NOW}')`,
  `INSERT INTO keys (id, organization_id, user_id, name, label, environment, permissions, state, created_at)
    VALUES ('k', 'o', 'u', 'My Key', 'cvg_AB', 'e', '[]', 'active', 1)`,
]

describe.each(DATABASES)('the migration to people', ({ name, postgres, absent }) => {
  it.skipIf(absent)(
    `On ${name} a key that was there before can be searched for, and changed in the same transaction`,
    async () => {
      const database = postgres ? await createDatabase() : undefined
      const kind = postgres ? 'postgres' : 'sqlite'
      const dialect = database
        ? new PostgresDialect({ pool: new pg.Pool({ connectionString: database.url, max: 1 }) })
        : new SqliteDialect({ database: new SQLite(':memory:') })
      const db = new Kysely<unknown>({ dialect })
      await foundation(db, kind)
      await ledger(db, kind)
      for (const row of ROWS) await sql.raw(row).execute(db)
      await db.transaction().execute(async (trx) => {
        await people(trx, kind)
        await sql`ALTER TABLE keys ADD COLUMN later TEXT`.execute(trx)
      })
      const { rows } = await sql<{ search: string }>`SELECT search FROM keys`.execute(db)
      expect(rows).toEqual([{ search: 'my key cvg_ab' }])
      await db.destroy()
      await database?.drop()
    },
  )
})
