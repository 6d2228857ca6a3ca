import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import type { Deps } from '../deps.ts'
import { listKeys } from './keys.ts'

/** More than are walked past from the newest on. */
const KEYS = 1600
const AT_ONCE = 200
const STATES = ['active', 'active', 'active', 'disabled', 'revoked'] as const

describe.each(DATABASES)('keys by offset', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    let owner: Awaited<ReturnType<typeof makeOwner>>
    const rows = Array.from({ length: KEYS }, (_, number) => ({
      id: `key-${(number * 7919) % KEYS}`,
      state: STATES[number % STATES.length] as (typeof STATES)[number],
      // Seven of each millisecond.
      created_at: 1_700_000_000_000 + Math.floor(number / 7),
    }))

    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
      owner = await makeOwner(deps)
      const { organizationId: organization_id, userId: user_id } = owner
      const rest = {
        organization_id,
        user_id,
        name: 'K',
        label: 'cvg_',
        environment: 'live',
        search: 'k',
        include_byok: 1,
      }
      for (let start = 0; start < KEYS; start += AT_ONCE) {
        const values = rows.slice(start, start + AT_ONCE)
        await deps.db
          .insertInto('keys')
          .values(values.map((row) => ({ ...rest, ...row, permissions: '[]' })))
          .execute()
      }
    })
    afterAll(() => database?.remove())

    it('Any page is the same part of the list, whichever end of it is nearer', async () => {
      const listed = (includeDisabled: boolean) =>
        rows
          .filter(({ state }) => state === 'active' || (includeDisabled && state === 'disabled'))
          .sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1))
          .map(({ id }) => id)
      for (const includeDisabled of [true, false]) {
        const all = listed(includeDisabled)
        const last = all.length
        for (const scope of ['organization', 'own'] as const)
          for (const offset of [
            0,
            900,
            1000,
            1001,
            1100,
            last - 150,
            last - 100,
            last - 1,
            last,
            last + 5000,
          ]) {
            const page = await listKeys(deps, { ...owner, scope }, { offset, includeDisabled })
            const wanted = all.slice(Math.max(0, offset)).slice(0, 100)
            expect(
              page.map(({ id }) => id),
              `${offset}`,
            ).toEqual(wanted)
          }
      }
    })
  })
})
