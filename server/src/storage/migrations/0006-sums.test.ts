import SQLite from 'better-sqlite3'
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../../test/support/claviger.ts'
import { createDatabase } from '../../../test/support/templates.ts'
import { byKey, personDays, subjectDays, sumsOf, usageRow } from '../../../test/support/usage-rows.ts'
import { DAY_MS } from '../../lib/window.ts'
import { dayOf } from '../../usage/usage-event.ts'
import type { Tables } from '../tables.ts'
import { foundation } from './0001-foundation.ts'
import { ledger } from './0002-ledger.ts'
import { people } from './0003-people.ts'
import { generation } from './0004-generation.ts'
import { search } from './0005-search.ts'
import { sums } from './0006-sums.ts'

const START = dayOf(Date.UTC(2026, 4, 20))
const HANDED = START + 3

const EVENTS = Array.from({ length: 120 }, (_, n) => {
  const day = START + (n % 6)
  const started_at = day * DAY_MS + n
  // The key `k0` changes hands in the middle of a day; in a list of the requests the earlier ones come first.
  const isAfter = day > HANDED || (day === HANDED && n > 50)
  const key = (n >> 2) % 4
  return usageRow({
    started_at,
    finished_at: started_at + (n % 50),
    key_id: `k${key}`,
    user_id: key === 0 && isAfter ? 'after' : `u${key % 2}`,
    model: n % 2 === 0 ? 'a' : 'b',
    project_id: n % 3 === 0 ? 'p' : null,
    end_user: n % 5 === 0 ? `e${n % 2}` : null,
    outcome: n % 7 === 0 ? 'failed' : 'completed',
    units: n % 4,
    cost_nanos: 2n ** 53n + BigInt(n),
  })
})

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`the migration of the sums on ${name}`, () => {
    const kind = postgres ? 'postgres' : 'sqlite'
    let database: Awaited<ReturnType<typeof createDatabase>> | undefined
    let db: Kysely<Tables>
    beforeAll(async () => {
      database = postgres ? await createDatabase() : undefined
      const dialect = database
        ? new PostgresDialect({ pool: new pg.Pool({ connectionString: database.url, max: 1 }) })
        : new SqliteDialect({ database: new SQLite(':memory:') })
      db = new Kysely<Tables>({ dialect })
    }, 60_000)
    afterAll(async () => {
      await db.destroy()
      await database?.drop()
    })

    test('gives persons, projects and end users the sums of their days, where requests were removed and where a key changed hands, too', async () => {
      const bare = db as unknown as Kysely<unknown>
      for (const up of [foundation, ledger, people, generation, search]) await up(bare, kind)
      // Of the first two days retention has left nothing but the sums.
      await db
        .insertInto('meta')
        .values({ name: 'usage_pruned_before', value: String(START + 2) })
        .execute()
      const kept = EVENTS.filter(({ started_at }) => dayOf(started_at) >= START + 2)
      await db.insertInto('usage_events').values(kept).execute()
      const rows = Object.values(
        Object.groupBy(EVENTS, ({ key_id, started_at, model, project_id, end_user }) =>
          JSON.stringify([key_id, dayOf(started_at), model, project_id, end_user]),
        ),
      ).map((events = []) => {
        const { key_id, started_at, model, project_id, end_user, organization_id, user_id } =
          events[0] ?? usageRow()
        const key = { key_id, day: dayOf(started_at), model, organization_id, user_id }
        return { ...key, project_id: project_id ?? '', end_user: end_user ?? '', ...sumsOf(events) }
      })
      await db.insertInto('usage_days').values(rows).execute()
      await sql`INSERT INTO audit_log (seq, at, actor_kind, way, action, target_kind, target_id, previous_hash, hash)
        VALUES (1, ${HANDED * DAY_MS + 50}, 'user', 'session', 'key.transfer', 'key', 'k0', '', 'h')`.execute(
        db,
      )
      await bare.transaction().execute((trx) => sums(trx, kind))
      const exact = (row: object) =>
        Object.fromEntries(
          Object.entries(row).map(([column, value]) => {
            if (column === 'cost_nanos') return [column, BigInt(value)]
            return [column, typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value]
          }),
        )
      const read = async (table: 'usage_user_days' | 'usage_subject_days') => {
        const cost = sql<string>`CAST(cost_nanos AS TEXT)`.as('cost_nanos')
        return byKey((await db.selectFrom(table).selectAll().select(cost).execute()).map(exact))
      }
      expect(new Set(rows.map(({ user_id }) => user_id))).toContain('after')
      expect(await read('usage_user_days')).toEqual(personDays(EVENTS))
      expect(await read('usage_subject_days')).toEqual(subjectDays(EVENTS))
    })
  })
}
