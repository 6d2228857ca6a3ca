import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeDatabase, type TestDatabase } from '../../test/support/stores.ts'
import { commitRows, usageRow } from '../../test/support/usage-rows.ts'
import type { Deps } from '../deps.ts'
import { DAY_MS } from '../lib/window.ts'
import { listUsage } from './list-usage.ts'
import { PRUNED_BEFORE } from './pruned-before.ts'
import type { UsageFilter } from './usage.store.ts'
import { dayOf, type UsageEvent } from './usage-event.ts'

const START = Date.UTC(2026, 3, 1)
const HOUR_MS = 3_600_000

const isElsewhere = (n: number) => n > 120 && n % 7 === 0

/** Several days with none, one or many requests; some begin at once, and some with a day; late ones elsewhere, too. */
const EVENTS: readonly UsageEvent[] = Array.from({ length: 240 }, (_, n) =>
  usageRow({
    id: `req_${String((n * 7919) % 240).padStart(6, '0')}`,
    started_at: START + Math.floor(n / 3) * HOUR_MS * (n % 5 === 0 ? 6 : 1),
    organization_id: isElsewhere(n) ? 'elsewhere' : 'o',
    user_id: n % 9 === 0 ? 'another' : 'u',
    key_id: isElsewhere(n) ? 'x' : n % 9 === 0 ? 'k9' : `k${n % 3}`,
    project_id: n % 4 === 0 ? (isElsewhere(n) ? 'px' : 'p') : null,
    end_user: n % 5 === 0 ? `e${n % 10}` : null,
    model: n % 60 === 1 ? 'rare' : 'm',
  }),
)

function matches(event: UsageEvent, filter: UsageFilter): boolean {
  return (
    event.organization_id === filter.organizationId &&
    event.user_id === filter.userId &&
    (filter.model ?? event.model) === event.model &&
    (filter.keyId ?? event.key_id) === event.key_id &&
    (filter.projectId ?? event.project_id) === event.project_id &&
    (filter.endUser ?? event.end_user) === event.end_user &&
    event.started_at >= (filter.from ?? 0) &&
    event.started_at < (filter.to ?? Number.POSITIVE_INFINITY)
  )
}

async function addKey(db: Deps['db'], id: string, owner = 'u') {
  const at = new Date(START).toISOString()
  await sql`INSERT INTO organization (id, name, slug, "createdAt", personal) VALUES ('o', 'o', 'o', ${at}, ${false})
    ON CONFLICT DO NOTHING`.execute(db)
  await sql`INSERT INTO "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
    VALUES (${owner}, 'n', ${`${owner}@example.com`}, ${true}, ${at}, ${at})`.execute(db)
  await sql`INSERT INTO keys (id, organization_id, user_id, name, label, environment, permissions, state, created_at)
    VALUES (${id}, 'o', ${owner}, 'n', 'l', 'live', '[]', 'active', ${START})`.execute(db)
}

const newestFirst = (a: UsageEvent, b: UsageEvent) => b.started_at - a.started_at || (a.id < b.id ? 1 : -1)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`pages of usage rows on ${name}`, () => {
    let database: TestDatabase
    let deps: Deps
    beforeAll(async () => {
      database = await makeDatabase(postgres)
      deps = await database.deps(await database.open())
      await commitRows(deps.store, EVENTS)
      await addKey(deps.db, 'k0')
    }, 60_000)
    afterAll(() => database.remove())

    test('each page is that part of all matches, newest first, and the total is their number, whatever is asked for', async () => {
      const maybe = <T>(...values: T[]) => fc.constantFrom(undefined, ...values)
      const time = fc.option(
        fc.integer({ min: -30, max: 300 }).map((hours) => START + hours * HOUR_MS),
        { nil: undefined },
      )
      const asked = fc.record({
        model: maybe('rare', 'm', 'none'),
        keyId: maybe('k0', 'k1', 'k9'),
        projectId: maybe('p'),
        endUser: maybe('e0', 'e5'),
        from: time,
        to: time,
        number: fc.integer({ min: 1, max: 14 }),
        size: fc.constantFrom(1, 7, 20, 100),
        countedMost: fc.constantFrom(0, 1000),
      })
      await fc.assert(
        fc.asyncProperty(asked, async ({ number, size, countedMost, ...given }) => {
          const filter = {
            organizationId: 'o',
            userId: 'u',
            ...JSON.parse(JSON.stringify(given)),
          } as UsageFilter
          const due = EVENTS.filter((event) => matches(event, filter)).sort(newestFirst)
          const { items, total } = await listUsage(deps, filter, { number, size }, countedMost)
          expect(total).toBe(due.length)
          const page = due.slice((number - 1) * size, number * size)
          expect(items.map(({ id }) => id)).toEqual(page.map(({ id }) => id))
        }),
        { numRuns: 120 },
      )
    }, 120_000)

    test('pages of one project, or one end user, fit together over days and their borders, in the first and the last hour, too', async () => {
      const own = { organizationId: 'o', userId: 'u' }
      const spans = [{}, { from: START + 5 * HOUR_MS, to: START + 4 * DAY_MS + 19 * HOUR_MS }]
      for (const subject of [{ projectId: 'p' }, { endUser: 'e0' }, { endUser: 'e5' }]) {
        for (const span of spans) {
          const filter = { ...own, ...subject, ...span }
          const due = EVENTS.filter((event) => matches(event, filter)).sort(newestFirst)
          expect(new Set(due.map(({ started_at }) => dayOf(started_at))).size).toBeGreaterThan(2)
          const seen: string[] = []
          for (let number = 1; number <= Math.ceil(due.length / 4) + 1; number++) {
            const { items, total } = await listUsage(deps, filter, { number, size: 4 })
            expect(total).toBe(due.length)
            seen.push(...items.map(({ id }) => id))
          }
          expect(seen).toEqual(due.map(({ id }) => id))
        }
      }
    })

    test('of a key that was handed on each of its owners sees his own requests alone', async () => {
      const both = ['first', 'second'].map((user_id, n) =>
        usageRow({ id: `req_handed_${n}`, user_id, key_id: 'handed', started_at: START + n * DAY_MS }),
      )
      await commitRows(deps.store, both)
      await addKey(deps.db, 'handed', 'second')
      await sql`INSERT INTO audit_log (seq, at, actor_kind, way, action, target_kind, target_id, previous_hash, hash)
        VALUES (1, 0, 'user', 'session', 'key.transfer', 'key', 'handed', '', 'h')`.execute(deps.db)
      await deps.db.updateTable('keys').set({ updated_at: START }).where('id', '=', 'handed').execute()
      for (const [n, userId] of ['first', 'second'].entries()) {
        const filter = { organizationId: 'o', userId, keyId: 'handed' }
        const { items, total } = await listUsage(deps, filter, { number: 1, size: 10 })
        expect([total, items.map(({ id }) => id)]).toEqual([1, [`req_handed_${n}`]])
      }
    })

    test('rows that were removed are not counted, though the sums of their days stay', async () => {
      const day = dayOf(START) + 3
      const gone = EVENTS.filter(({ started_at, id }) => started_at < day * DAY_MS && !id.endsWith('7'))
      for (const { id } of gone) await deps.db.deleteFrom('usage_events').where('id', '=', id).execute()
      await deps.db
        .insertInto('meta')
        .values({ name: PRUNED_BEFORE, value: String(day) })
        .execute()
      for (const filter of [
        { organizationId: 'o', userId: 'u' },
        { organizationId: 'o', userId: 'u', keyId: 'k0' },
        { organizationId: 'o', userId: 'u', projectId: 'p' },
      ]) {
        const left = EVENTS.filter((event) => matches(event, filter) && !gone.includes(event)).sort(
          newestFirst,
        )
        for (const countedMost of [0, 1000]) {
          const { items, total } = await listUsage(deps, filter, { number: 2, size: 40 }, countedMost)
          expect([total, items.map(({ id }) => id)]).toEqual([
            left.length,
            left.slice(40, 80).map(({ id }) => id),
          ])
        }
      }
    })
  })
}
