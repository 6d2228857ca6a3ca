import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { createProject, listProjects, mayUseProject, projectIdsFor } from './projects.ts'
import { createUser, listUsers, personalOrganizationOf, requireUser, setUserSuspended } from './users.ts'

async function refusal(work: Promise<unknown>): Promise<{ code: string; param?: string | undefined }> {
  const error = await work.then(
    (value) => new Error(`no refusal but ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
  if (!(error instanceof AppError)) throw error
  return { code: error.code, ...(error.details.param && { param: error.details.param }) }
}

describe.each(DATABASES)('accounts', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps

    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
    })
    afterAll(() => database?.remove())

    const audit = (target: string) =>
      deps.db
        .selectFrom('audit_log')
        .select(['action', 'before', 'after'])
        .where('target_id', '=', target)
        .orderBy('seq')
        .execute()

    it('A new user owns an organisation of his own, and one audit row says so', async () => {
      const user = await createUser(deps, OPERATOR, { email: 'Ada@Example.com ', name: ' Ada ', plan: 'max' })
      expect(user).toMatchObject({ email: 'ada@example.com', name: 'Ada', plan: 'max', status: 'active' })
      expect(await requireUser(deps, user.id)).toEqual(user)
      const organizationId = await personalOrganizationOf(deps, user.id)
      const members = await deps.db
        .selectFrom('member')
        .selectAll()
        .where('organizationId', '=', organizationId)
        .execute()
      expect(members).toMatchObject([{ userId: user.id, role: 'owner' }])
      expect((await audit(user.id)).map(({ action }) => action)).toEqual(['user.create'])
    })

    it('An e-mail address is one user’s, however it is written', async () => {
      const user = await createUser(deps, OPERATOR, { email: 'zo\u00eb@example.com', name: 'Zoë' })
      for (const same of ['ZOË@EXAMPLE.COM', ' zo\u00eb@example.com', 'zoe\u0308@example.com']) {
        expect(await refusal(createUser(deps, OPERATOR, { email: same, name: 'Again' }))).toEqual({
          code: 'invalid_request',
          param: 'email',
        })
        expect((await requireUser(deps, same)).id).toBe(user.id)
      }
    })

    it('Of many who take the same address at once, one gets it and the others are told', async () => {
      const email = 'race@example.com'
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => createUser(deps, OPERATOR, { email, name: 'Racer' })),
      )
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
      expect(refused).toHaveLength(7)
      for (const { reason } of refused)
        expect(reason).toMatchObject({ code: 'invalid_request', details: { param: 'email' } })
      expect((await listUsers(deps)).filter((user) => user.email === email)).toHaveLength(1)
    })

    it.each([
      ['nothing', ''],
      ['nothing before the @', '@b'],
      ['nothing behind the @', 'a@'],
      ['no @', 'a.b'],
      ['two @', 'a@b@c'],
      ['a blank', 'a b@c'],
      ['angle brackets', '<a@b>'],
      ['quotes', '"a"@b.c'],
      ['a NUL', 'a\u0000@b'],
      ['an escape sequence', 'a\u001b[31m@b.c'],
      ['a full-width @', 'a\uff20b.c'],
      ['a right-to-left override', 'a\u202eb@c.d'],
      ['half a character', 'a\ud800@b.c'],
      ['65 characters before the @', `${'a'.repeat(65)}@b.c`],
      ['191 characters behind it', `a@${'b'.repeat(191)}`],
    ])('An address with %s is none', async (_, email) => {
      expect(await refusal(createUser(deps, OPERATOR, { email, name: 'X' }))).toEqual({
        code: 'invalid_request',
        param: 'email',
      })
    })

    it('A user whose audit row cannot be written is not made, nor is his organisation', async () => {
      const broken = { ...OPERATOR, kind: null as never }
      const count = async () => [
        (await deps.db.selectFrom('user').select('id').execute()).length,
        (await deps.db.selectFrom('organization').select('id').execute()).length,
      ]
      const before = await count()
      await expect(createUser(deps, broken, { email: 'unaudited@example.com', name: 'X' })).rejects.toThrow()
      expect(await count()).toEqual(before)
    })

    it('Suspending twice changes and audits once; activating brings the user back', async () => {
      const { user } = await makeOwner(deps)
      expect(await setUserSuspended(deps, OPERATOR, user.email, true)).toMatchObject({ status: 'suspended' })
      await setUserSuspended(deps, OPERATOR, user.id, true)
      expect(await requireUser(deps, user.id)).toMatchObject({ status: 'suspended' })
      await setUserSuspended(deps, OPERATOR, user.id, false)
      expect(await requireUser(deps, user.id)).toEqual(user)
      const rows = (await audit(user.id)).slice(1)
      expect(rows.map(({ action, before, after }) => [action, before, after])).toEqual([
        ['user.suspend', '{"status":"active"}', '{"status":"suspended"}'],
        ['user.activate', '{"status":"suspended"}', '{"status":"active"}'],
      ])
    })

    it('A user whom nobody knows is not found, by address and by id', async () => {
      for (const who of ['nobody@example.com', 'nobody', '', "x' OR '1'='1"]) {
        expect(await refusal(requireUser(deps, who))).toEqual({ code: 'not_found' })
        expect(await refusal(setUserSuspended(deps, OPERATOR, who, true))).toEqual({ code: 'not_found' })
        expect(await refusal(createProject(deps, OPERATOR, { user: who, name: 'P' }))).toEqual({
          code: 'not_found',
        })
      }
    })

    it('A project is its members’ own: it can be named by them and by nobody else', async () => {
      const [owner, stranger] = [await makeOwner(deps), await makeOwner(deps)]
      const project = await createProject(deps, OPERATOR, { user: owner.user.email, name: ' Apollo ' })
      expect(project).toMatchObject({ name: 'Apollo', organizationId: owner.organizationId })
      expect(project.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(await listProjects(deps, owner.userId)).toEqual([project])
      expect(await listProjects(deps, stranger.userId)).toEqual([])
      const may = (organizationId: string, userId: string, id = project.id) =>
        mayUseProject(deps, organizationId, userId, id)
      expect(await may(owner.organizationId, owner.userId)).toBe(true)
      expect(await may(stranger.organizationId, stranger.userId)).toBe(false)
      expect(await may(owner.organizationId, stranger.userId)).toBe(false)
      // A member may not spend it through an organisation that it does not belong to.
      expect(await may(stranger.organizationId, owner.userId)).toBe(false)
      expect(await may(owner.organizationId, owner.userId, 'unknown')).toBe(false)
      expect(await projectIdsFor(deps, owner.organizationId, owner.userId)).toEqual([project.id])
      expect((await audit(project.id)).map(({ action }) => action)).toEqual(['project.create'])
    })

    it('An archived project can be named by nobody', async () => {
      const owner = await makeOwner(deps)
      const project = await createProject(deps, OPERATOR, { user: owner.userId, name: 'Old' })
      await deps.db.updateTable('projects').set({ archived_at: 1 }).where('id', '=', project.id).execute()
      expect(await listProjects(deps, owner.userId)).toEqual([])
      expect(await mayUseProject(deps, owner.organizationId, owner.userId, project.id)).toBe(false)
    })
  })
})
