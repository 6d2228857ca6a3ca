import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeDatabase, type TestDatabase } from '../../test/support/stores.ts'
import { commitRows, usageRow } from '../../test/support/usage-rows.ts'
import type { Deps } from '../deps.ts'
import { DAY_MS } from '../lib/window.ts'
import { exploreUsage, latencyOf, type UsageQuery } from './explore.ts'
import { summaryOf } from './summary.ts'
import { dayOf, type UsageEvent } from './usage-event.ts'

const START = Date.UTC(2026, 3, 1)
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T

/** Ten persons, so that days are walked together as well as each for himself; many requests begin at once. */
const EVENTS: readonly UsageEvent[] = Array.from({ length: 900 }, (_, n) => {
  const outcome = pick(['completed', 'completed', 'failed', 'aborted'] as const, n >> 2)
  const started_at = START + Math.floor(n / 3) * 3_600_000 * (n % 7 === 0 ? 2 : 1)
  return usageRow({
    id: `req_${String((n * 7919) % 900).padStart(6, '0')}`,
    started_at,
    finished_at: started_at + (n % 100),
    first_byte_ms: n % 50,
    organization_id: n % 11 === 0 ? 'other' : 'o',
    user_id: `u${(n * 31) % 10}`,
    key_id: `${n % 11 === 0 ? 'x' : 'k'}${(n * 31) % 10}-${n % 3}`,
    project_id: n % 4 === 0 ? `p${n % 3}` : null,
    end_user: n % 5 === 0 ? `e${n % 40}` : null,
    model: n % 300 === 1 ? 'rare' : pick(['a', 'b'], n),
    outcome,
    status: outcome !== 'completed' && n % 5 === 0 ? 429 : 200,
    cost_nanos: BigInt(n),
  })
})

function matches(event: UsageEvent, query: UsageQuery): boolean {
  const wanted = [
    [query.organizationId, event.organization_id],
    [query.userId, event.user_id],
    [query.keyId, event.key_id],
    [query.model, event.model],
    [query.projectId, event.project_id],
    [query.endUser, event.end_user],
    [query.outcome, event.outcome],
    [query.status, event.status],
  ]
  return (
    wanted.every(([value, is]) => value === undefined || value === is) &&
    event.started_at >= (query.from ?? 0) &&
    event.started_at < (query.to ?? Number.POSITIVE_INFINITY)
  )
}

const newestFirst = (a: UsageEvent, b: UsageEvent) => b.started_at - a.started_at || (a.id < b.id ? 1 : -1)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`the usage explorer on ${name}`, () => {
    let database: TestDatabase
    let deps: Deps
    beforeAll(async () => {
      database = await makeDatabase(postgres)
      deps = await database.deps(await database.open())
      await commitRows(deps.store, EVENTS)
    }, 60_000)
    afterAll(() => database.remove())

    const all = async (query: UsageQuery, size: number) => {
      const ids: string[] = []
      let cursor: string | undefined
      do {
        const page = await exploreUsage(deps, query, { size, cursor })
        expect(page.items.length).toBeLessThanOrEqual(size)
        ids.push(...page.items.map(({ row }) => row.id))
        cursor = page.next ?? undefined
      } while (cursor !== undefined)
      return ids
    }

    test('its pages together are the requests of the filter, each once, newest first, whatever is filtered by', async () => {
      const maybe = <T>(...values: T[]) => fc.constantFrom(undefined, ...values)
      const time = fc.option(
        fc.integer({ min: -24, max: 700 }).map((hours) => START + hours * 3_600_000),
        { nil: undefined },
      )
      const filters = fc.record({
        userId: maybe('u1', 'u7', 'nobody'),
        keyId: maybe('k1-1', 'k2-0', 'none'),
        model: maybe('a', 'rare'),
        projectId: maybe('p0', 'p2'),
        endUser: maybe('e5', 'e20'),
        outcome: maybe('failed' as const, 'aborted' as const),
        status: maybe(429, 418),
        from: time,
        to: time,
        size: fc.constantFrom(7, 50, 500),
      })
      await fc.assert(
        fc.asyncProperty(filters, async ({ size, ...given }) => {
          const query = { organizationId: 'o', ...JSON.parse(JSON.stringify(given)) } as UsageQuery
          const due = EVENTS.filter((event) => matches(event, query)).sort(newestFirst)
          expect(await all(query, size)).toEqual(due.map(({ id }) => id))
        }),
        { numRuns: 60 },
      )
    }, 120_000)

    test('a day of very many persons or models has its pages in full, as a day of few has', async () => {
      const day = START + 400 * DAY_MS
      const crowd = Array.from({ length: 300 }, (_, n) =>
        usageRow({
          id: `req_crowd_${String((n * 7) % 300).padStart(3, '0')}`,
          // Several begin at once, and pages end between them.
          started_at: day + Math.floor(n / 4) * 1000 - (n % 3 === 0 ? DAY_MS : 0),
          organization_id: 'crowd',
          user_id: n % 2 === 0 ? 'one' : `c${n}`,
          model: n % 2 === 0 ? `m${n}` : 'busy',
          outcome: n % 5 === 1 ? 'failed' : 'completed',
          status: n % 5 === 1 ? 502 : 200,
        }),
      )
      await commitRows(deps.store, crowd)
      const queries: Partial<UsageQuery>[] = [
        { userId: 'one' },
        { model: 'busy' },
        { model: 'busy', outcome: 'failed' },
        { model: 'busy', status: 200 },
        { userId: 'one', status: 502 },
      ]
      for (const given of queries) {
        const query = { organizationId: 'crowd', ...given }
        const due = crowd.filter((event) => matches(event, query)).sort(newestFirst)
        expect(await all(query, 41)).toEqual(due.map(({ id }) => id))
      }
    })

    test('one request is found by its id within the scope only', async () => {
      const event = EVENTS.find(({ organization_id }) => organization_id === 'o') as UsageEvent
      const look = (scope: UsageQuery) => exploreUsage(deps, { ...scope, requestId: event.id }, { size: 50 })
      expect((await look({ organizationId: 'o' })).items).toHaveLength(1)
      expect((await look({ organizationId: 'other' })).items).toHaveLength(0)
      expect((await look({ organizationId: 'o', userId: 'nobody' })).items).toHaveLength(0)
    })

    test('a cursor that is none is an error that names it', async () => {
      const wrong = exploreUsage(deps, { organizationId: 'o' }, { size: 50, cursor: `1'; DROP TABLE keys` })
      await expect(wrong).rejects.toMatchObject({ code: 'invalid_request', details: { param: 'cursor' } })
    })

    test('sums by day and group are those of the requests, the ten that spent most and the rest', async () => {
      const days = { firstDay: dayOf(START) + 1, lastDay: dayOf(START) + 9 }
      const due = EVENTS.filter(
        (event) =>
          event.organization_id === 'o' &&
          dayOf(event.started_at) >= days.firstDay &&
          dayOf(event.started_at) <= days.lastDay,
      )
      const cost = (events: readonly UsageEvent[]) =>
        events.reduce((sum, { cost_nanos }) => sum + cost_nanos, 0n)
      const duration = due.reduce((sum, { started_at, finished_at }) => sum + finished_at - started_at, 0)
      const summary = await summaryOf(deps, { organizationId: 'o' }, days, 'key')
      expect(summary.totals).toMatchObject({ requests: due.length, cost: cost(due), duration })
      expect(summary.totals.failed).toBe(due.filter(({ outcome }) => outcome === 'failed').length)
      expect(summary.days.map(({ cost }) => cost)).toEqual(
        Array.from({ length: 9 }, (_, n) =>
          cost(due.filter(({ started_at }) => dayOf(started_at) === days.firstDay + n)),
        ),
      )
      const byKey = Object.entries(Object.groupBy(due, ({ key_id }) => key_id))
        .map(([id, events = []]) => ({ id, cost: cost(events) }))
        .sort((a, b) => (a.cost === b.cost ? 0 : a.cost < b.cost ? 1 : -1))
      expect(summary.groups.map(({ id, cost }) => ({ id, cost }))).toEqual(byKey.slice(0, 10))
      const [first] = summary.groups
      expect(first?.costByDay.reduce((sum, part) => sum + part, 0n)).toBe(first?.cost)
      const rest = byKey.slice(10).reduce((sum, { cost }) => sum + cost, 0n)
      expect(summary.rest).toMatchObject({ groups: byKey.length - 10, cost: rest })
    })

    test('latency is that of the newest completed requests of the range', async () => {
      const days = { firstDay: 0, lastDay: dayOf(START + 100 * DAY_MS) }
      const took = EVENTS.filter((event) => matches(event, { organizationId: 'o', outcome: 'completed' }))
        .map(({ started_at, finished_at }) => finished_at - started_at)
        .sort((a, b) => a - b)
      expect(await latencyOf(deps, { organizationId: 'o' }, days, 60_000)).toMatchObject({
        requests: took.length,
        p50: took[Math.ceil(took.length / 2) - 1],
        p95: took[Math.ceil(took.length * 0.95) - 1],
      })
    })
  })
}
