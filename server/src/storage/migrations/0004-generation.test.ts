import SQLite from 'better-sqlite3'
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../../test/support/claviger.ts'
import { createDatabase } from '../../../test/support/templates.ts'
import { DAY_MS } from '../../lib/window.ts'
import { PeriodSums, periodsOf } from '../../usage/key-periods.ts'
import { subjectsOf } from '../../usage/subject-days.ts'
import { foundation } from './0001-foundation.ts'
import { ledger } from './0002-ledger.ts'
import { people } from './0003-people.ts'
import { generation } from './0004-generation.ts'

/** Of four years, with their leap day. */
const DAYS = Array.from({ length: 1461 }, (_, index) => Date.UTC(2024, 0, 1) / DAY_MS + index)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`the migration to generation on ${name}`, () => {
    let database: Awaited<ReturnType<typeof createDatabase>> | undefined
    let db: Kysely<unknown>
    beforeAll(async () => {
      database = postgres ? await createDatabase() : undefined
      const dialect = database
        ? new PostgresDialect({ pool: new pg.Pool({ connectionString: database.url, max: 1 }) })
        : new SqliteDialect({ database: new SQLite(':memory:') })
      db = new Kysely<unknown>({ dialect })
    })
    afterAll(async () => {
      await db.destroy()
      await database?.drop()
    })

    /** A key, and what it used in each of some days, in two models. */
    const used = async (db: Kysely<unknown>, key: string, days: readonly number[]) => {
      await sql`INSERT INTO key_usage VALUES (${key}, ${days.length}, ${days.length * 10}, 1)`.execute(db)
      if (days.length === 0) return
      const rows = days.flatMap((day) =>
        [3, 7].map(
          (cost) =>
            sql`(${key}, ${day}, ${`m${cost}`}, ${cost === 3 ? 'p' : ''}, ${`e${day % 2}`}, 'o', 'u', 1, 0, 0, 0, 0, 0, ${cost})`,
        ),
      )
      await sql`INSERT INTO usage_days (key_id, day, model, project_id, end_user, organization_id, user_id, requests, failed,
        input_tokens, cached_tokens, output_tokens, reasoning_tokens, cost_nanos) VALUES ${sql.join(rows)}`.execute(
        db,
      )
    }

    test('a key that was there before has the sums of its newest day, week and month', async () => {
      const kind = postgres ? 'postgres' : 'sqlite'
      await foundation(db, kind)
      await ledger(db, kind)
      await people(db, kind)
      const keys = new Map<string, readonly number[]>([['never used', []]])
      // Each day is the newest of a key; some keys were used every day for weeks before.
      for (const [place, day] of DAYS.entries()) {
        if (place % 40 < 3 || place > 1430)
          keys.set(`k${day}`, DAYS.slice(Math.max(0, place - 45), place + 1))
        else keys.set(`k${day}`, [day])
      }
      await db.transaction().execute(async (trx) => {
        for (const [key, days] of keys) await used(trx, key, days)
      })
      // Its end user is none.
      await sql`UPDATE usage_days SET end_user = '' WHERE end_user = 'e1'`.execute(db)
      await generation(db, kind)
      const { rows } = await sql<Record<string, unknown>>`SELECT * FROM key_usage`.execute(db)
      expect(rows).toHaveLength(keys.size)
      for (const { key_id, day, day_nanos, week, week_nanos, month, month_nanos } of rows) {
        const due = new PeriodSums()
        for (const one of keys.get(String(key_id)) ?? []) due.add(periodsOf(one), 10n)
        expect({ day, week, month }, String(key_id)).toEqual(due.starts)
        const nanos = [day_nanos, week_nanos, month_nanos].map((amount) => BigInt(amount as string))
        expect(nanos, String(key_id)).toEqual([due.nanos.day, due.nanos.week, due.nanos.month])
      }
    }, 60_000)

    test('projects and end users that were there before have the sums of their days', async () => {
      const { rows: days } = await sql<{ day: number; project_id: string; end_user: string }>`
        SELECT day, project_id, end_user FROM usage_days`.execute(db)
      const due = new Map<string, number>()
      for (const { day, project_id, end_user } of days) {
        for (const subject of subjectsOf({ project_id, end_user })) {
          const name = `o u ${subject} ${day}`
          due.set(name, (due.get(name) ?? 0) + 1)
        }
      }
      const { rows } = await sql<Record<string, unknown>>`SELECT * FROM usage_subject_days`.execute(db)
      const found = rows.map(({ organization_id, user_id, subject, day, requests }) => [
        `${organization_id} ${user_id} ${subject} ${day}`,
        Number(requests),
      ])
      expect(found).toHaveLength(due.size)
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(due))
    })
  })
}
