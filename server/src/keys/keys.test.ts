import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps, waitForLock } from '../../test/support/unit-deps.ts'
import { createProject } from '../accounts/projects.ts'
import { setUserSuspended } from '../accounts/users.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError } from '../errors.ts'
import { isSecret } from '../lib/key-text.ts'
import type { Key, KeyManager, NewKeyInput } from './key.ts'
import { createKey, findAnyKey, getKey, listAllKeys, listKeys, revokeKey, updateKey } from './keys.ts'

const PAGE = { offset: 0, includeDisabled: true }

function nested(depth: number): Record<string, unknown> {
  let value: Record<string, unknown> = {}
  for (let i = 0; i < depth; i++) value = { a: value }
  return value
}

/** The code of the error that an action ends with, or what it gave. */
async function outcome(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (value) => value,
    (error: unknown) => (error instanceof AppError ? error.code : error),
  )
}

describe.each(DATABASES)('keys', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    let owner: Awaited<ReturnType<typeof makeOwner>>

    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
      owner = await makeOwner(deps)
    })
    afterAll(() => database?.remove())

    const make = async (input: Partial<NewKeyInput> = {}, by: KeyManager = owner): Promise<Key> =>
      (await createKey(deps, by, { name: 'Key', ...input })).key
    const byKey = (policy: Key): KeyManager => ({
      ...owner,
      policy,
      audit: { kind: 'key', id: policy.id, way: 'key' },
    })
    const audit = async (target: string) =>
      deps.db
        .selectFrom('audit_log')
        .select(['action', 'actor_kind', 'actor_id', 'before', 'after'])
        .where('target_id', '=', target)
        .orderBy('seq')
        .execute()

    it('A key’s text is in the reply of its creation and nowhere in the database', async () => {
      const { key, secret } = await createKey(deps, owner, { name: 'Once', metadata: { a: 1 } })
      expect(isSecret(secret)).toBe(true)
      const random = secret.slice(secret.indexOf('_') + 1)
      const tables = ['keys', 'key_secrets', 'audit_log', 'change_log', 'meta'] as const
      const rows = await Promise.all(tables.map((table) => deps.db.selectFrom(table).selectAll().execute()))
      const dump = JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value))
      expect(dump).toContain(key.id)
      expect(dump).not.toContain(random)
      expect(dump).not.toContain(random.slice(4, -4))
    })

    it('What is read back of a key is what was written, to the last nano-credit', async () => {
      const project = await createProject(deps, OPERATOR, { user: owner.userId, name: 'P' })
      const input: NewKeyInput = {
        name: '  Ключ "1" – 🔑 ',
        limitNanos: 89_999_999_999_999_999n,
        limitReset: 'weekly',
        includeByok: true,
        permissions: ['keys:write', 'inference'],
        allowedModels: ['a/b:c@1', "d'e"],
        allowedCidrs: ['10.0.0.0/8', '2001:db8::1'],
        projectId: project.id,
        expiresAt: 253_402_300_799_999,
        metadata: { nested: { list: [1, null, '\u2028'] }, __proto__: null, 'key with space': true },
        externalUser: ' ext 1 ',
      }
      const made = await make(input)
      expect(made).toMatchObject({ ...input, name: 'Ключ "1" – 🔑', externalUser: 'ext 1' })
      expect(await getKey(deps, owner, made.id)).toEqual(made)
    })

    it('A key that asks for nothing gets the permissions of the configuration, and no limits', async () => {
      expect(await make()).toMatchObject({
        permissions: ['inference', 'usage:read'],
        allowedModels: null,
        allowedCidrs: null,
        projectId: null,
        limitNanos: null,
        limitReset: null,
        expiresAt: null,
        state: 'active',
        environment: deps.config.environment,
      })
    })

    it('A key made by a key inherits what it leaves out, and can ask for less', async () => {
      const parent = await make({
        permissions: ['keys:write', 'usage:read'],
        allowedModels: ['a', 'b'],
        allowedCidrs: ['10.0.0.0/8'],
        expiresAt: deps.now() + 60_000,
      })
      const { allowedModels, allowedCidrs, expiresAt } = parent
      expect(await make({}, byKey(parent))).toMatchObject({
        permissions: ['usage:read'],
        allowedModels,
        allowedCidrs,
        expiresAt,
      })
      const less = { allowedModels: ['b'], allowedCidrs: ['10.1.0.0/16'], expiresAt: deps.now() + 1000 }
      expect(await make(less, byKey(parent))).toMatchObject(less)
    })

    it('A key cannot make a key that holds more than itself, in any part', async () => {
      const project = await createProject(deps, OPERATOR, { user: owner.userId, name: 'Q' })
      const parent = await make({
        permissions: ['keys:write', 'inference'],
        allowedModels: ['a'],
        allowedCidrs: ['10.0.0.0/8'],
        projectId: project.id,
        limitNanos: 5n,
        expiresAt: deps.now() + 60_000,
      })
      const within = { limitNanos: 5n }
      expect(await make(within, byKey(parent))).toMatchObject({ projectId: project.id })
      const other = await createProject(deps, OPERATOR, { user: owner.userId, name: 'R' })
      const more: Partial<NewKeyInput>[] = [
        { permissions: ['keys:read'] },
        { allowedModels: ['a', 'b'] },
        { allowedCidrs: ['0.0.0.0/0'] },
        { projectId: other.id },
        { limitNanos: 6n },
        { limitNanos: null },
        { limitReset: 'daily' },
        { expiresAt: deps.now() + 120_000 },
      ]
      for (const part of more) {
        expect([part, await outcome(make({ ...within, ...part }, byKey(parent)))]).toEqual([
          part,
          'grant_exceeds_grantor',
        ])
      }
    })

    it('A key cannot raise itself or another key above what it holds, nor wake one that holds more', async () => {
      const weak = await make({ permissions: ['keys:write'], limitNanos: 5n })
      const strong = await make({ permissions: ['inference', 'keys:write'], limitNanos: 10n })
      const by = byKey(weak)
      expect(await outcome(updateKey(deps, by, weak.id, { limitNanos: 6n }))).toBe('grant_exceeds_grantor')
      expect(await outcome(updateKey(deps, by, weak.id, { limitReset: 'daily' }))).toBe(
        'grant_exceeds_grantor',
      )
      expect(await outcome(updateKey(deps, by, strong.id, { limitNanos: 11n }))).toBe('grant_exceeds_grantor')
      expect(await outcome(updateKey(deps, by, strong.id, { permissions: ['usage:read'] }))).toBe(
        'grant_exceeds_grantor',
      )
      // To take away is always allowed; to give it back is not.
      expect(await updateKey(deps, by, strong.id, { limitNanos: 7n, name: 'Less' })).toMatchObject({
        limitNanos: 7n,
        name: 'Less',
      })
      expect(await updateKey(deps, by, strong.id, { disabled: true })).toMatchObject({ state: 'disabled' })
      expect(await outcome(updateKey(deps, by, strong.id, { disabled: false }))).toBe('grant_exceeds_grantor')
      expect(await updateKey(deps, owner, strong.id, { disabled: false })).toMatchObject({ state: 'active' })
    })

    it.each<[string, Partial<NewKeyInput>, string]>([
      ['an empty name', { name: ' \u200b ' }, 'invalid_request'],
      ['a name of 256 characters', { name: 'x'.repeat(256) }, 'invalid_request'],
      ['a name with NUL', { name: 'a\u0000b' }, 'invalid_request'],
      ['a limit below zero', { limitNanos: -1n }, 'invalid_request'],
      ['a limit that sums could overflow', { limitNanos: 90_000_000_000_000_001n }, 'invalid_request'],
      ['an end in the past', { expiresAt: 1 }, 'invalid_request'],
      ['an address that is none', { allowedCidrs: ['10.0.0.0/33'] }, 'invalid_request'],
      ['metadata over 10 KiB', { metadata: { a: 'x'.repeat(10_240) } }, 'invalid_request'],
      ['metadata nested 100 000 deep', { metadata: nested(100_000) }, 'invalid_request'],
      ['an external user with a line break', { externalUser: 'a\nb' }, 'invalid_request'],
      ['a project that does not exist', { projectId: 'none' }, 'project_forbidden'],
    ])('A key with %s is not made, and leaves no row', async (_, input, code) => {
      const before = (await listAllKeys(deps)).length
      expect(await outcome(make(input))).toBe(code)
      expect((await listAllKeys(deps)).length).toBe(before)
    })

    it('A project of somebody else is refused exactly as one that does not exist', async () => {
      const stranger = await makeOwner(deps)
      const project = await createProject(deps, OPERATOR, { user: stranger.userId, name: 'Theirs' })
      const told = async (id: string) => {
        const error = await make({ projectId: id }).catch((error: AppError) => error)
        return {
          ...(error as AppError).details,
          code: (error as AppError).code,
          text: (error as Error).message,
        }
      }
      expect(await told(project.id)).toEqual(await told('00000000-0000-4000-8000-000000000000'))
    })

    it('Where keys may not manage keys, nobody can give the permission away', async () => {
      const config = { ...deps.config, keys: { ...deps.config.keys, manageByKey: false } }
      const input = { name: 'Manager', permissions: ['keys:read'] as const }
      expect(await outcome(createKey({ ...deps, config }, owner, input))).toBe('key_management_disabled')
      const key = await make()
      expect(
        await outcome(updateKey({ ...deps, config }, owner, key.id, { permissions: ['keys:write'] })),
      ).toBe('key_management_disabled')
      // It manages nothing.
      const verifier = { name: 'Verifier', permissions: ['keys:verify'] as const }
      expect((await createKey({ ...deps, config }, owner, verifier)).key.permissions).toEqual(['keys:verify'])
    })

    it('Another tenant’s key, a revoked one and none at all cannot be told apart', async () => {
      const stranger = await makeOwner(deps)
      const theirs = await make({}, stranger)
      const revoked = await make()
      await revokeKey(deps, owner, revoked.id)
      for (const id of [theirs.id, revoked.id, 'f'.repeat(32), '', "' OR 1=1 --"]) {
        for (const act of [
          () => getKey(deps, owner, id),
          () => updateKey(deps, owner, id, { name: 'Mine now' }),
          () => revokeKey(deps, owner, id),
        ]) {
          const error = (await act().catch((error: unknown) => error)) as AppError
          expect([error.code, error.message]).toEqual(['not_found', 'There is no such API key'])
        }
      }
      expect(await findAnyKey(deps, theirs.id)).toEqual(theirs)
    })

    it('A revoked key is gone from lists and stays in the database for the audit', async () => {
      const key = await make({ name: 'Gone' })
      await revokeKey(deps, owner, key.id)
      expect((await listKeys(deps, owner, PAGE)).map(({ id }) => id)).not.toContain(key.id)
      expect(await findAnyKey(deps, key.id)).toMatchObject({
        state: 'revoked',
        revokedAt: expect.any(Number),
      })
    })

    it('The list is the organisation’s own, newest first, a hundred a page, disabled keys only when asked for', async () => {
      const someone = await makeOwner(deps)
      const made: Key[] = []
      await transact(deps, async (inner) => {
        for (let i = 0; i < 103; i++) {
          const at = { ...inner, now: () => 1_700_000_000_000 + Math.floor(i / 2) }
          made.push((await createKey(at, someone, { name: `Key ${i}` })).key)
        }
      })
      await updateKey(deps, someone, (made[0] as Key).id, { disabled: true })
      const all = [
        ...(await listKeys(deps, someone, PAGE)),
        ...(await listKeys(deps, someone, { ...PAGE, offset: 100 })),
      ]
      const order = [...made].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
      expect(all.map(({ id }) => id)).toEqual(order.map(({ id }) => id))
      expect(await listKeys(deps, someone, PAGE)).toHaveLength(100)
      const enabled = await listKeys(deps, someone, { offset: 100, includeDisabled: false })
      expect(enabled.map(({ id }) => id)).not.toContain(made[0]?.id)
      expect(enabled).toHaveLength(2)
    })

    it('Every change has one audit row, which names who did it and what was before, and holds no secret', async () => {
      const { key, secret } = await createKey(deps, owner, { name: 'Audited', limitNanos: 1n })
      await updateKey(deps, byKey(key), key.id, { limitNanos: 0n })
      await revokeKey(deps, owner, key.id)
      const rows = await audit(key.id)
      expect(rows.map(({ action, actor_kind, actor_id }) => [action, actor_kind, actor_id])).toEqual([
        ['key.create', 'operator', null],
        ['key.update', 'key', key.id],
        ['key.revoke', 'operator', null],
      ])
      expect(JSON.parse(String(rows[1]?.before))).toMatchObject({ limitNanos: '1' })
      expect(JSON.parse(String(rows[1]?.after))).toMatchObject({ limitNanos: '0' })
      expect(JSON.stringify(rows)).not.toContain(secret.slice(-30))
    })

    it('A change whose audit row cannot be written does not happen', async () => {
      const key = await make({ name: 'Steady' })
      const broken = { ...owner, audit: { ...OPERATOR, kind: null as never } }
      const count = (await listAllKeys(deps)).length
      await expect(createKey(deps, broken, { name: 'Unaudited' })).rejects.toThrow()
      await expect(updateKey(deps, broken, key.id, { name: 'Changed' })).rejects.toThrow()
      await expect(revokeKey(deps, broken, key.id)).rejects.toThrow()
      expect(await findAnyKey(deps, key.id)).toEqual(key)
      expect((await listAllKeys(deps)).length).toBe(count)
    })

    it('A revocation is not undone by a change that was under way, however the two fall together', async () => {
      const key = await make({ name: 'Racing' })
      const revoked = Promise.withResolvers<void>()
      const commit = Promise.withResolvers<void>()
      const revoking = transact(deps, async (inner) => {
        await revokeKey(inner, owner, key.id)
        revoked.resolve()
        await commit.promise
      })
      await revoked.promise
      const renaming = outcome(updateKey(deps, owner, key.id, { name: 'Still here' }))
      await waitForLock(database)
      commit.resolve()
      await revoking
      expect(await renaming).toBe('not_found')
      expect(await findAnyKey(deps, key.id)).toMatchObject({ state: 'revoked', name: 'Racing' })
    })

    it('Changes to different fields at the same time are all kept', async () => {
      const key = await make({ name: 'Shared' })
      const other = await database.another()
      await Promise.all([
        updateKey(deps, owner, key.id, { name: 'Renamed' }),
        updateKey(other, owner, key.id, { limitNanos: 7n }),
        updateKey(deps, owner, key.id, { disabled: true }),
        turn().then(() => updateKey(other, owner, key.id, { metadata: { a: 1 } })),
      ])
      expect(await findAnyKey(deps, key.id)).toMatchObject({
        name: 'Renamed',
        limitNanos: 7n,
        state: 'disabled',
        metadata: { a: 1 },
      })
      await other.store.close()
    })

    it('Suspending a user touches no key: activating him brings back what he had', async () => {
      const someone = await makeOwner(deps)
      const key = await make({}, someone)
      await setUserSuspended(deps, OPERATOR, someone.userId, true)
      await setUserSuspended(deps, OPERATOR, someone.userId, false)
      expect(await findAnyKey(deps, key.id)).toEqual(key)
    })
  })
})
