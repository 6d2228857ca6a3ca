import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { type Deps, transact } from '../deps.ts'
import { type AuditActor, recordAudit } from './audit.ts'
import { type AuditFilter, listAudit } from './read-audit.ts'

const ACTORS = ['actor-a', 'actor-b', 'actor-c']
const TARGETS = ['target-a', 'target-b']
const ORGANIZATIONS = ['organization-a', 'organization-b', null]
const ACTIONS = ['key.make', 'key.update', 'key.update.name', 'keyring.make', 'ke.make', 'quota.set']
const ROWS = 180
const SECOND_MS = 1000
const BEGAN = 1_800_000_000_000
/** Two nodes write in turn, of which one's clock is so much behind. */
const BEHIND_MS = 20 * SECOND_MS
const timeOf = (row: number) => BEGAN + row * SECOND_MS - (row % 2) * BEHIND_MS

const pick = <T>(values: readonly T[], number: number) => values[number % values.length] as T
const ways = <T>(values: readonly T[]) => [undefined, ...values]

describe.each(DATABASES)('reading the audit log', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
      await transact(deps, async (deps) => {
        for (let row = 0; row < ROWS; row++) {
          // Unlike steps, so that each of the filters meets each of the others.
          const actor: AuditActor = { kind: 'user', id: pick(ACTORS, row * 7 + (row >> 3)), way: 'session' }
          await recordAudit({ ...deps, now: () => timeOf(row) }, actor, {
            action: pick(ACTIONS, row * 5 + (row >> 2)),
            targetKind: 'thing',
            targetId: pick(TARGETS, row + (row >> 4)),
            organizationId: pick(ORGANIZATIONS, row + (row >> 1)),
          })
        }
      })
    })
    afterAll(() => database?.remove())

    const everything = () => deps.db.selectFrom('audit_log').selectAll().orderBy('seq', 'desc').execute()
    async function walk(filter: AuditFilter): Promise<number[]> {
      const found: number[] = []
      for (let cursor: string | undefined; ; ) {
        const page = await listAudit(deps, filter, { size: 7, cursor })
        found.push(...page.items.map(({ row }) => row.seq))
        if (page.next === null) return found
        cursor = page.next
      }
    }

    it('Pages of every combination of filters hold what matches, newest first, and nothing twice', async () => {
      const rows = await everything()
      let matches = 0
      for (const actorId of ways(ACTORS.slice(1)))
        for (const targetId of ways(TARGETS.slice(1)))
          for (const organizationId of ways(['organization-b']))
            for (const action of ways(['key', 'key.update', 'nothing', 'nothing.done'])) {
              const given = Object.entries({ actorId, targetId, organizationId, action })
              const filter: AuditFilter = Object.fromEntries(given.filter(([, value]) => value !== undefined))
              const wanted = rows.filter(
                (row) =>
                  row.actor_id === (actorId ?? row.actor_id) &&
                  row.target_id === (targetId ?? row.target_id) &&
                  row.organization_id === (organizationId ?? row.organization_id) &&
                  (action?.includes('.')
                    ? row.action === action
                    : row.action.startsWith(action ? 'key.' : '')) &&
                  !action?.startsWith('nothing'),
              )
              matches += wanted.length
              expect(await walk(filter), JSON.stringify(filter)).toEqual(wanted.map(({ seq }) => seq))
            }
      expect(matches).toBeGreaterThan(ROWS)
    })

    it('A span of time holds all that was written in it, though the clocks of nodes disagree', async () => {
      const [from, to] = [BEGAN + 40 * SECOND_MS, BEGAN + 90 * SECOND_MS]
      const rows = (await everything()).filter(({ at }) => at >= from && at < to)
      for (const filter of [{}, { actorId: 'actor-b' }, { action: 'key' }, { targetId: 'target-a' }]) {
        const of = { actorId: 'actor_id', targetId: 'target_id' } as const
        const wanted = rows.filter((row) =>
          Object.entries(filter).every(([name, value]) =>
            name === 'action' ? row.action.startsWith('key.') : row[of[name as keyof typeof of]] === value,
          ),
        )
        expect(wanted.length).toBeGreaterThan(5)
        expect(await walk({ ...filter, from, to })).toEqual(wanted.map(({ seq }) => seq))
      }
    })

    it('A target bears the name of the thing of its kind, and where its kind tells nothing, of any', async () => {
      const kinds = ['organization', 'balance', 'user']
      for (const targetKind of kinds) {
        const { organizationId } = await makeOwner(deps)
        const target = { targetKind, targetId: organizationId, organizationId }
        await transact(deps, (deps) => recordAudit(deps, OPERATOR, { action: 'name.given', ...target }))
      }
      const { items } = await listAudit(deps, { action: 'name.given' }, { size: 3 })
      expect(items.map(({ row, targetName }) => [row.target_kind, targetName])).toEqual([
        ['user', undefined],
        ['balance', 'User'],
        ['organization', 'User'],
      ])
      const { userId } = await makeOwner(deps)
      const { items: made } = await listAudit(deps, { targetId: userId }, { size: 1 })
      expect(made[0]?.targetName).toMatch(/@example\.com$/)
    })
  })
})
