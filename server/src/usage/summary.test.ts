import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeDatabase, type TestDatabase } from '../../test/support/stores.ts'
import { commitRows, sumsOf, usageRow } from '../../test/support/usage-rows.ts'
import type { Deps } from '../deps.ts'
import { DAY_MS } from '../lib/window.ts'
import { type SummaryGroup, summaryOf } from './summary.ts'
import { dayOf, type UsageEvent } from './usage-event.ts'
import type { UsageScope } from './usage-scope.ts'

const START = dayOf(Date.UTC(2026, 3, 1))
const GROUPS: readonly SummaryGroup[] = ['model', 'key', 'project', 'end_user', 'user']
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T

/** One organisation with nearly everything, and one with little; each key has one owner. */
const EVENTS: readonly UsageEvent[] = Array.from({ length: 400 }, (_, n) => {
  const key = (n * 31) % 14
  const started_at = (START + ((n * 7) % 6)) * DAY_MS + n * 1000
  return usageRow({
    started_at,
    finished_at: started_at + (n % 90),
    organization_id: key === 13 ? 'little' : 'o',
    user_id: `u${key % 3}`,
    key_id: `k${key}`,
    project_id: pick([null, 'p', 'q', 'end_user:e'], n >> 1),
    end_user: pick([null, null, 'e', 'f', 'project:p'], n),
    model: pick(['a', 'b', 'c'], n),
    outcome: n % 9 === 0 ? 'failed' : 'completed',
    input_tokens: n,
    cached_tokens: n % 3,
    reasoning_tokens: n % 5,
    cost_nanos: BigInt((n * 7919) % 400) * 2n ** 40n + 1n,
  })
})

const SCOPES: readonly UsageScope[] = [
  { organizationId: 'o' },
  { organizationId: 'o', userId: 'u1' },
  { organizationId: 'o', model: 'b' },
  { organizationId: 'o', userId: 'u1', model: 'b' },
  { organizationId: 'little' },
  { organizationId: 'nobody' },
  { organizationId: 'o', keyId: 'k4' },
  { organizationId: 'o', projectId: 'p' },
  { organizationId: 'o', userId: 'u2', endUser: 'e' },
]

const RANGES = [
  [-3, 10],
  [2, 2],
].map(([first = 0, last = 0]) => ({ firstDay: START + first, lastDay: START + last }))

/** What a summary must say, worked out from the requests. */
function dueOf(
  events: readonly UsageEvent[],
  scope: UsageScope,
  days: (typeof RANGES)[number],
  group: SummaryGroup,
) {
  const own = events.filter(
    (event) =>
      event.organization_id === scope.organizationId &&
      (scope.userId ?? event.user_id) === event.user_id &&
      (scope.model ?? event.model) === event.model &&
      (scope.keyId ?? event.key_id) === event.key_id &&
      (scope.projectId ?? event.project_id) === event.project_id &&
      (scope.endUser ?? event.end_user) === event.end_user &&
      dayOf(event.started_at) >= days.firstDay &&
      dayOf(event.started_at) <= days.lastDay,
  )
  const range = Array.from({ length: days.lastDay - days.firstDay + 1 }, (_, index) => days.firstDay + index)
  const onDay = (some: readonly UsageEvent[], day: number) =>
    some.filter(({ started_at }) => dayOf(started_at) === day)
  const subjectOf = ({ model, key_id, project_id, end_user, user_id }: UsageEvent) =>
    ({ model, key: key_id, project: project_id, end_user, user: user_id })[group] ?? ''
  const groups = Object.entries(Object.groupBy(own, subjectOf))
    .map(([id, some = []]) => ({
      id: id === '' ? null : id,
      ...shown(some),
      costByDay: range.map((day) => sumsOf(onDay(some, day)).cost_nanos),
      requestsByDay: range.map((day) => onDay(some, day).length),
    }))
    .sort((a, b) => (a.cost === b.cost ? 0 : a.cost < b.cost ? 1 : -1))
  const others = groups.slice(10).map(({ id }) => id ?? '')
  return {
    totals: shown(own),
    days: range.map((day) => ({ day, ...shown(onDay(own, day)) })),
    groups: groups.slice(0, 10),
    rest:
      others.length === 0
        ? null
        : { groups: others.length, ...shown(own.filter((event) => others.includes(subjectOf(event)))) },
  }
}

function shown(events: readonly UsageEvent[]) {
  const { cost_nanos: cost, duration_ms: duration, units: _, ...counts } = sumsOf(events)
  return { ...counts, duration, cost }
}

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`summaries of usage on ${name}`, () => {
    let database: TestDatabase
    let deps: Deps
    beforeAll(async () => {
      database = await makeDatabase(postgres)
      deps = await database.deps(await database.open())
    }, 120_000)
    afterAll(() => database.remove())

    const expectSummary = async (
      events: readonly UsageEvent[],
      scope: UsageScope,
      days: (typeof RANGES)[number],
      group: SummaryGroup,
    ) => {
      const { totals, days: byDay, groups, rest } = await summaryOf(deps, scope, days, group)
      const found = groups.map(({ name: _, label: __, ...group }) => group)
      const what = JSON.stringify({ scope, days, group })
      expect({ totals, days: byDay, groups: found, rest }, what).toEqual(dueOf(events, scope, days, group))
    }

    test('are to the nano-credit those of the requests, by every group, of every scope and range, with late rows and batches that came twice', async () => {
      // The first days come last, and the middle twice.
      for (const batch of [EVENTS.slice(150), EVENTS.slice(100, 250), EVENTS.slice(0, 200)])
        await commitRows(deps.store, batch)
      for (const scope of SCOPES)
        for (const days of RANGES) for (const group of GROUPS) await expectSummary(EVENTS, scope, days, group)
    }, 120_000)

    test('of a key that changed hands count to each person what he made himself', async () => {
      const events = Array.from({ length: 12 }, (_, n) =>
        usageRow({
          organization_id: 'handed',
          key_id: 'h',
          user_id: n < 5 ? 'before' : 'after',
          started_at: START * DAY_MS + n,
          finished_at: START * DAY_MS + 2 * n,
          project_id: pick([null, 'p'], n),
          end_user: pick([null, 'e', 'f'], n),
          cost_nanos: BigInt(2 ** n),
        }),
      )
      for (const event of events) await commitRows(deps.store, [event])
      const days = { firstDay: START, lastDay: START }
      for (const userId of [undefined, 'before', 'after']) {
        const scope = { organizationId: 'handed', ...(userId !== undefined && { userId }) }
        for (const group of GROUPS)
          if (group !== 'key' || userId === undefined) await expectSummary(events, scope, days, group)
      }
    })
  })
}
