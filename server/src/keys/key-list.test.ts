import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { addProjectMember, createProject, removeProjectMember } from '../accounts/projects.ts'
import type { Deps } from '../deps.ts'
import type { KeyManager } from './key.ts'
import { countKeys, type ListedKey, searchKeys } from './key-list.ts'
import { createKey, getKey, revokeKey, transferKey, updateKey } from './keys.ts'

const LIMIT = 3

describe.each(DATABASES)('the list of keys', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    let owner: Awaited<ReturnType<typeof makeOwner>>
    let member: KeyManager

    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
      owner = await makeOwner(deps)
      member = await joined()
    })
    afterAll(() => database?.remove())

    /** A new user as a plain member of the owner's organisation. */
    async function joined(): Promise<KeyManager> {
      const { userId } = await makeOwner(deps)
      const { organizationId } = owner
      const row = {
        id: `m-${userId}`,
        organizationId,
        userId,
        role: 'member',
        createdAt: new Date().toISOString(),
      }
      await deps.db.insertInto('member').values(row).execute()
      const audit = { kind: 'user', id: userId, way: 'session' } as const
      return { organizationId, userId, scope: 'own', policy: null, audit }
    }
    const make = async (by: KeyManager, more: Partial<Parameters<typeof createKey>[2]> = {}, at = deps) =>
      (await createKey(at, by, { name: 'Key', ...more })).key
    const walk = async (by: KeyManager, filter: object = {}): Promise<string[]> => {
      const found: string[] = []
      for (let after: readonly [number, string] | undefined; ; ) {
        const page: ListedKey[] = await searchKeys(deps, by, {
          ...filter,
          limit: LIMIT,
          ...(after && { after }),
        })
        found.push(...page.map(({ key }) => key.id))
        const last = page.at(-1)?.key
        if (!last || page.length < LIMIT) return found
        after = [last.createdAt, last.id]
      }
    }

    it('Walking the pages meets every key once, also those of one millisecond, and a member meets his own only', async () => {
      const still = { ...deps, now: () => 1_800_000_000_000 }
      const ids = new Set<string>()
      for (let i = 0; i < 8; i++) ids.add((await make(owner, {}, still)).id)
      const own = await make(member)
      const all = await walk(owner)
      expect(all).toHaveLength(9)
      expect(new Set(all)).toEqual(new Set([...ids, own.id]))
      expect(await walk(member)).toEqual([own.id])
      expect(await walk(member, { userId: owner.userId })).toEqual([])
      expect(await walk(owner, { userId: member.userId })).toEqual([own.id])
    })

    it('A key is found by its newest name in any case of letters, by its label, and not once it is revoked', async () => {
      const key = await make(member, { name: 'Straße 100%_Ünï' })
      await updateKey(deps, member, key.id, { name: 'ÇA ira 50%! _\\' })
      for (const search of ['ça IRA', '50%', '%!', '! _\\', key.label.slice(-4)])
        expect(await walk(owner, { search })).toContain(key.id)
      expect(await walk(owner, { search: 'straße' })).toEqual([])
      expect(await walk(owner, { search: '5_%' })).toEqual([])
      await revokeKey(deps, member, key.id)
      expect(await walk(owner, { search: 'ça ira' })).toEqual([])
    })

    it('A search meets keys beyond the newest two thousand, in the order of the list, through all pages', async () => {
      const { organizationId, userId, ...rest } = await makeOwner(deps)
      const rows = Array.from({ length: 2200 }, (_, n) => {
        const found = n % 400 === 7 || (n > 100 && n < 105)
        return {
          id: `far-${String((n * 7919) % 2200).padStart(5, '0')}`,
          organization_id: organizationId,
          user_id: userId,
          name: `Key ${n}`,
          label: `cvg_${n}`,
          environment: 'live',
          permissions: '["inference"]',
          state: 'active' as const,
          created_at: 1_800_000_000_000 + Math.floor(n / 2),
          include_byok: 0,
          search: `key ${n} ${found ? 'needle' : 'hay'}`,
        }
      })
      for (let at = 0; at < rows.length; at += 550)
        await deps.db
          .insertInto('keys')
          .values(rows.slice(at, at + 550))
          .execute()
      const needles = rows
        .filter(({ search }) => search.endsWith('needle'))
        .sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1))
        .map(({ id }) => id)
      expect(needles).toHaveLength(10)
      expect(await walk({ ...rest, organizationId, userId }, { search: 'Needle' })).toEqual(needles)
    })

    it('State, project and owner narrow the list together', async () => {
      const project = await createProject(deps, OPERATOR, { user: owner.userId, name: 'P' })
      const expired = await make(owner, { expiresAt: deps.now() + 1000, projectId: project.id })
      const disabled = await make(owner, { projectId: project.id })
      await updateKey(deps, owner, disabled.id, { disabled: true })
      const later = { ...deps, now: () => Date.now() + 60_000 }
      const found = async (filter: object) =>
        (await searchKeys(later, owner, { projectId: project.id, limit: 50, ...filter })).map(
          ({ key, status }) => [key.id, status],
        )
      expect(await found({ state: 'expired' })).toEqual([[expired.id, 'expired']])
      expect(await found({ state: 'disabled' })).toEqual([[disabled.id, 'disabled']])
      expect(await found({ state: 'active' })).toEqual([])
      expect(await found({ state: 'expired', userId: member.userId })).toEqual([])
      expect((await countKeys(deps, 'project', [project.id]))(project.id)).toBe(2)
    })

    it('Another member’s key is not found by a member, whatever he wants to do with it', async () => {
      const key = await make(owner)
      for (const act of [
        () => getKey(deps, member, key.id),
        () => updateKey(deps, member, key.id, { name: 'Mine' }),
        () => revokeKey(deps, member, key.id),
        () => transferKey(deps, member, key.id, member.userId),
      ])
        await expect(act()).rejects.toMatchObject({ code: 'not_found' })
      expect(await getKey(deps, owner, key.id)).toEqual(key)
    })

    it('A key is handed to members only, keeps its project, and goes to nobody who is not in that', async () => {
      const stranger = await makeOwner(deps)
      const project = await createProject(deps, OPERATOR, { user: owner.userId, name: 'Q' })
      const key = await make(owner, { projectId: project.id, limitNanos: 5n })
      const transfer = (userId: string) => transferKey(deps, owner, key.id, userId)
      await expect(transfer(stranger.userId)).rejects.toMatchObject({ code: 'not_found' })
      await expect(transfer(member.userId)).rejects.toMatchObject({ code: 'project_forbidden' })
      await addProjectMember(deps, OPERATOR, owner.organizationId, project.id, member.userId)
      expect(await transfer(member.userId)).toMatchObject({
        userId: member.userId,
        projectId: project.id,
        limitNanos: 5n,
      })
      expect(await getKey(deps, member, key.id)).toMatchObject({ id: key.id })
      const rows = await deps.db
        .selectFrom('audit_log')
        .selectAll()
        .where('target_id', '=', key.id)
        .orderBy('seq')
        .execute()
      expect(rows.map(({ action, before, after }) => [action, before, after]).at(-1)).toEqual([
        'key.transfer',
        JSON.stringify({ owner: owner.userId }),
        JSON.stringify({ owner: member.userId }),
      ])
      await removeProjectMember(deps, OPERATOR, owner.organizationId, project.id, member.userId)
    })
  })
})
