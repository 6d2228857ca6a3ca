import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import type { Deps } from '../deps.ts'
import { listMembers } from './members.ts'
import { renameOrganization, searchOrganizations, setOrganizationSuspended } from './organizations.ts'
import { listProjectMembers } from './project-list.ts'
import { addProjectMember, createProject, mayUseProject, projectIdsFor, updateProject } from './projects.ts'
import { getUser, searchUsers } from './user-list.ts'
import { setOperator, setUserSuspended } from './users.ts'

describe.each(DATABASES)('organisations', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps

    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
    })
    afterAll(() => database?.remove())

    async function join(organizationId: string, userId: string): Promise<void> {
      const row = {
        id: `m-${userId}`,
        organizationId,
        userId,
        role: 'member',
        createdAt: new Date().toISOString(),
      }
      await deps.db.insertInto('member').values(row).execute()
    }
    const audit = (target: string) =>
      deps.db
        .selectFrom('audit_log')
        .select(['action', 'before', 'after'])
        .where('target_id', '=', target)
        .orderBy('seq')
        .execute()

    it('Whoever left an organisation is in none of its projects, though his rows may be there still', async () => {
      const [owner, leaver] = [await makeOwner(deps), await makeOwner(deps)]
      const { organizationId } = owner
      await join(organizationId, leaver.userId)
      const project = await createProject(deps, OPERATOR, { user: owner.userId, name: 'P' })
      await addProjectMember(deps, OPERATOR, organizationId, project.id, leaver.userId)
      expect(await mayUseProject(deps, organizationId, leaver.userId, project.id)).toBe(true)
      await deps.db
        .deleteFrom('member')
        .where('userId', '=', leaver.userId)
        .where('organizationId', '=', organizationId)
        .execute()
      expect(await mayUseProject(deps, organizationId, leaver.userId, project.id)).toBe(false)
      expect(await projectIdsFor(deps, organizationId, leaver.userId)).toEqual([])
      expect((await listProjectMembers(deps, project.id)).map(({ userId }) => userId)).toEqual([owner.userId])
    })

    it('Nobody becomes a member of a project without being one of its organisation, or of another’s', async () => {
      const [owner, stranger] = [await makeOwner(deps), await makeOwner(deps)]
      const project = await createProject(deps, OPERATOR, { user: owner.userId, name: 'P' })
      const add = (organizationId: string) =>
        addProjectMember(deps, OPERATOR, organizationId, project.id, stranger.userId)
      await expect(add(owner.organizationId)).rejects.toMatchObject({ code: 'not_found' })
      await expect(add(stranger.organizationId)).rejects.toMatchObject({ code: 'not_found' })
      const input = { user: stranger.userId, name: 'Q', organizationId: owner.organizationId }
      await expect(createProject(deps, OPERATOR, input)).rejects.toMatchObject({ code: 'not_found' })
    })

    it('Archiving takes a project out of requests and restoring brings it back, each with one audit row', async () => {
      const { organizationId, userId } = await makeOwner(deps)
      const { id } = await createProject(deps, OPERATOR, { user: userId, name: 'Old' })
      const archive = (archived: boolean) => updateProject(deps, OPERATOR, organizationId, id, { archived })
      expect((await archive(true)).archivedAt).not.toBeNull()
      await archive(true)
      expect(await mayUseProject(deps, organizationId, userId, id)).toBe(false)
      expect((await archive(false)).archivedAt).toBeNull()
      expect(await mayUseProject(deps, organizationId, userId, id)).toBe(true)
      expect((await audit(id)).map(({ action }) => action)).toEqual([
        'project.create',
        'project.update',
        'project.update',
      ])
    })

    it('Renaming and suspending an organisation is audited once, and what changes nothing is not', async () => {
      const { organizationId: id } = await makeOwner(deps)
      for (let i = 0; i < 2; i++) await renameOrganization(deps, OPERATOR, id, ' New name ')
      for (let i = 0; i < 2; i++) await setOrganizationSuspended(deps, OPERATOR, id, true)
      expect(
        await searchOrganizations(deps, { search: id.slice(0, 20).toUpperCase(), limit: 2 }),
      ).toMatchObject([{ id, name: 'New name', status: 'suspended', members: 1 }])
      const rows = await audit(id)
      expect(rows.map(({ action }) => action)).toEqual(['organization.rename', 'organization.suspend'])
    })

    it('Of two who take each other the right to administer at once, one keeps it', async () => {
      const [a, b] = [await makeOwner(deps), await makeOwner(deps)]
      for (const { userId } of [a, b]) await setOperator(deps, OPERATOR, userId, true)
      const person = (id: string) => ({ kind: 'user', id, way: 'session' }) as const
      const outcomes = await Promise.allSettled([
        setOperator(deps, person(a.userId), b.userId, false),
        setOperator(deps, person(b.userId), a.userId, false),
      ])
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
      expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(['invalid_request'])
      const left = await searchUsers(deps, { operator: true, limit: 50 })
      expect(left).toHaveLength(1)
      const last = left[0]?.id ?? ''
      await expect(setUserSuspended(deps, person(last), last, true)).rejects.toMatchObject({
        code: 'invalid_request',
      })
      // Whoever has the server may; else one who was taken over could not be shut out.
      expect(await setUserSuspended(deps, OPERATOR, last, true)).toMatchObject({ status: 'suspended' })
    })

    it('Members come by name, each once, in an organisation of few and in one that most people are in', async () => {
      for (const [index, size] of [2, 40].entries()) {
        const owner = await makeOwner(deps)
        const everybody = [{ name: 'User', id: owner.userId }]
        for (let i = 1; i < size; i++) {
          const { userId: id } = await makeOwner(deps)
          const name = `Name ${index}${i % 3}`
          await deps.db.updateTable('user').set({ name }).where('id', '=', id).execute()
          await join(owner.organizationId, id)
          everybody.push({ name, id })
        }
        const seen: string[] = []
        for (let after: readonly [string, string] | undefined; ; ) {
          const page = await listMembers(deps, owner.organizationId, { limit: 3, ...(after && { after }) })
          seen.push(...page.map(({ userId }) => userId))
          const last = page.at(-1)
          if (!last || page.length < 3) break
          after = [last.name, last.userId]
        }
        const key = ({ name, id }: { name: string; id: string }) => `${name} ${id}`
        expect(seen).toEqual(everybody.sort((a, b) => (key(a) < key(b) ? -1 : 1)).map(({ id }) => id))
      }
    })

    it('Users and members are found by part of their name or address, page after page, each once', async () => {
      const owner = await makeOwner(deps)
      for (let i = 0; i < 5; i++) await join(owner.organizationId, (await makeOwner(deps)).userId)
      const seen: string[] = []
      for (let after: readonly [string, string] | undefined; ; ) {
        const page = await listMembers(deps, owner.organizationId, {
          search: 'USER',
          limit: 2,
          ...(after && { after }),
        })
        seen.push(...page.map(({ userId }) => userId))
        const last = page.at(-1)
        if (!last || page.length < 2) break
        after = [last.name, last.userId]
      }
      expect([seen.length, new Set(seen).size]).toEqual([6, 6])
      const users: string[] = []
      for (let after: readonly [string, string] | undefined; ; ) {
        const page = await searchUsers(deps, { search: '@example', limit: 4, ...(after && { after }) })
        users.push(...page.map(({ id }) => id))
        const last = page.at(-1)
        if (!last || page.length < 4) break
        after = [last.createdAt, last.id]
      }
      const count = (await deps.db.selectFrom('user').select('id').execute()).length
      expect([users.length, new Set(users).size]).toEqual([count, count])
      expect((await getUser(deps, owner.userId)).organizations).toMatchObject([
        { personal: true, role: 'owner' },
      ])
      expect(await searchUsers(deps, { search: '%', limit: 4 })).toEqual([])
    })
  })
})
