import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { setUserSuspended } from '../accounts/users.ts'
import type { Deps } from '../deps.ts'
import { randomId } from '../lib/ids.ts'
import { isStoreFailure } from '../storage/failure.ts'
import { openAuth } from './auth.ts'
import { makeSetupToken, needsFirstAdmin, setUpFirstAdmin } from './first-admin.ts'
import { invitationTicket, readInvitation } from './invitation-proof.ts'
import { withScope } from './scope.ts'
import { authenticateSession, endSessionsOf } from './sessions.ts'

const MINUTE = 60_000
const REQUEST = { requestId: 'req_1', address: '192.0.2.1', byPassword: false }

describe.each(DATABASES)('people', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    let ahead = 0

    beforeAll(async () => {
      database = await openDeps(postgres)
      const now = database.own.now
      deps = { ...database.own, now: () => now() + ahead }
    })
    afterAll(() => database?.remove())

    const library = async (over: Deps = deps) => {
      const auth = openAuth(over, isStoreFailure)
      auth.begin('http://127.0.0.1:8787')
      return (await (await auth.library()).$context).internalAdapter
    }
    const signIn = async (over: Deps = deps) => {
      const owner = await makeOwner(database.own)
      const session = await (await library(over)).createSession(owner.userId)
      return { owner, token: session.token }
    }
    const audit = async (target: string) =>
      deps.db
        .selectFrom('audit_log')
        .select(['action', 'actor_id', 'request_id', 'before', 'after'])
        .where('target_id', '=', target)
        .orderBy('seq')
        .execute()
    const at = async <T>(minutes: number, work: () => Promise<T>): Promise<T> => {
      ahead = minutes * MINUTE
      try {
        return await work()
      } finally {
        ahead = 0
      }
    }

    it('A session ends when nobody used it for the idle time, and lives on while somebody does', async () => {
      const { token } = await signIn()
      const look = () => authenticateSession(deps, token, undefined)
      expect(await at(719, look)).toBeDefined()
      expect(await at(719 + 719, look)).toBeDefined()
      expect(await at(719 + 719 + 721, look)).toBeUndefined()
    })

    it('A session ends at its absolute time, however busy it is', async () => {
      const { token } = await signIn()
      for (let minute = 0; minute < 10_080; minute += 700)
        expect(await at(minute, () => authenticateSession(deps, token, undefined))).toBeDefined()
      expect(await at(10_081, () => authenticateSession(deps, token, undefined))).toBeUndefined()
    })

    it('A session shows its person in his own organisation, and in no organisation of others', async () => {
      const { owner, token } = await signIn()
      const other = await makeOwner(deps)
      expect(await authenticateSession(deps, token, undefined)).toMatchObject({
        user: { id: owner.userId, operator: false },
        organization: { id: owner.organizationId, personal: true, role: 'owner' },
      })
      for (const organizationId of [other.organizationId, 'unknown'])
        await expect(authenticateSession(deps, token, organizationId)).rejects.toMatchObject({
          code: 'not_found',
        })
    })

    it('A session of a suspended person is refused; those that were ended are none, and one row says so', async () => {
      const { owner, token } = await signIn()
      await setUserSuspended(deps, OPERATOR, owner.userId, true)
      await expect(authenticateSession(deps, token, undefined)).rejects.toMatchObject({
        code: 'user_suspended',
      })
      await setUserSuspended(deps, OPERATOR, owner.userId, false)
      expect(await endSessionsOf(deps, OPERATOR, owner.userId)).toBe(1)
      expect(await authenticateSession(deps, token, undefined)).toBeUndefined()
      expect(await endSessionsOf(deps, OPERATOR, owner.userId)).toBe(0)
      const actions = (await audit(owner.userId)).map(({ action }) => action)
      expect(actions.filter((action) => action === 'user.sign_out')).toHaveLength(1)
    })

    it('What the library changes leaves a row of who did it, with both images and no digest', async () => {
      const owner = await makeOwner(deps)
      const adapter = await library()
      await withScope({ ...REQUEST, userId: 'somebody' }, async () => {
        await adapter.updateUser(owner.userId, { name: 'Grace' })
        await adapter.linkAccount({
          userId: owner.userId,
          providerId: 'credential',
          accountId: owner.userId,
          password: 'a digest',
        })
      })
      await withScope(REQUEST, () => adapter.updatePassword(owner.userId, 'another digest'))
      expect((await audit(owner.userId)).at(-1)).toEqual({
        action: 'user.update',
        actor_id: 'somebody',
        request_id: 'req_1',
        before: '{"name":"User"}',
        after: '{"name":"Grace"}',
      })
      const account = await adapter.findCredentialAccount(owner.userId)
      const rows = await audit(String(account?.id))
      expect(rows.map(({ action, actor_id, after }) => [action, actor_id, after])).toEqual([
        ['account.create', 'somebody', expect.not.stringContaining('digest')],
        ['account.update', owner.userId, '{"changed":["password"]}'],
      ])
    })

    it('What cannot be audited does not happen, nor does the rest of its transaction', async () => {
      const owner = await makeOwner(deps)
      const broken = { ...deps, secrets: { ...deps.secrets, auditKey: null as never } }
      const adapter = await library(broken)
      await expect(adapter.updateUser(owner.userId, { name: 'Lost' })).rejects.toThrow()
      await expect(adapter.createSession(owner.userId)).rejects.toThrow()
      await expect(
        adapter.createOAuthUser(
          { email: 'lost@example.com', name: 'Lost', emailVerified: true },
          { providerId: 'p', accountId: 'a' },
        ),
      ).rejects.toThrow()
      const names = await deps.db.selectFrom('user').select('name').execute()
      expect(names.map((row) => row.name)).not.toContain('Lost')
      expect(await adapter.listSessions(owner.userId)).toEqual([])
    })

    it('A row that breaks our rules is not written by the library: roles, slugs, own organisations', async () => {
      const owner = await makeOwner(deps)
      const auth = openAuth(deps, isStoreFailure)
      auth.begin('http://127.0.0.1:8787')
      const { adapter } = await (await auth.library()).$context
      const member = { organizationId: owner.organizationId, userId: owner.userId, createdAt: new Date() }
      for (const [model, data] of [
        ['member', { ...member, role: 'owner,admin' }],
        ['member', { ...member, role: 'member' }],
        ['organization', { name: 'X', slug: `personal-${randomId()}`, createdAt: new Date() }],
        ['organization', { name: 'X\u0000', slug: 'x', createdAt: new Date() }],
      ] as const)
        await expect(adapter.create({ model, data })).rejects.toMatchObject({
          statusCode: expect.toSatisfy((status: number) => status === 400 || status === 403),
        })
    })

    it('The ticket of an invitation is its letter’s alone', async () => {
      const owner = await makeOwner(deps)
      const id = randomId()
      const now = new Date()
      await deps.db
        .insertInto('invitation')
        .values({
          id,
          organizationId: owner.organizationId,
          email: 'guest@example.com',
          role: 'member',
          status: 'pending',
          createdAt: now.toISOString(),
          expiresAt: new Date(now.getTime() + 86_400_000).toISOString(),
          inviterId: owner.userId,
        })
        .execute()
      const ticket = invitationTicket(deps.secrets.sessionSecret, id, 'guest@example.com')
      expect(await readInvitation(deps, ticket)).toMatchObject({
        email: 'guest@example.com',
        hasAccount: false,
      })
      const other = invitationTicket(deps.secrets.sessionSecret, id, 'other@example.com')
      for (const wrong of [id, `${id}.`, other, `${ticket}.x`, `${ticket}x`, ''])
        expect(await readInvitation(deps, wrong)).toBeUndefined()
      expect(await at(1441, () => readInvitation(deps, ticket))).toBeUndefined()
    })

    it('After a hundred wrong passwords for an address no other is tried for the rest of the hour', async () => {
      const auth = openAuth(deps, isStoreFailure)
      auth.begin('http://127.0.0.1:8787')
      const answer = (status: number) => async () => new Response(null, { status })
      const wrong = (email: string) => auth.tryPassword(email, answer(401))
      await Promise.all(Array.from({ length: 99 }, () => wrong('target@example.com')))
      expect((await auth.tryPassword('target@example.com', answer(200))).status).toBe(200)
      await wrong('Target@example.com ')
      await expect(auth.tryPassword('target@example.com', answer(200))).rejects.toMatchObject({
        code: 'rate_limit_exceeded',
      })
      expect((await wrong('other@example.com')).status).toBe(401)
      expect((await at(61, () => wrong('target@example.com'))).status).toBe(401)
      expect((await at(62, () => auth.tryPassword('target@example.com', answer(200)))).status).toBe(200)
    })

    it('Passwords that are tried at the same time are counted before they are looked at', async () => {
      const auth = openAuth(deps, isStoreFailure)
      auth.begin('http://127.0.0.1:8787')
      let [looked, refused] = [0, 0]
      const { promise: gate, resolve: open } = Promise.withResolvers<void>()
      const slow = async () => {
        looked++
        await gate
        return new Response(null, { status: 401 })
      }
      const tries = Array.from({ length: 130 }, () =>
        auth.tryPassword('burst@example.com', slow).catch(() => refused++),
      )
      await expect.poll(() => looked + refused, { timeout: 20_000 }).toBe(130)
      open()
      await Promise.all(tries)
      expect(looked).toBe(100)
    })

    it('A new password by a link lets an address try again that had too many wrong ones', async () => {
      const auth = openAuth(deps, isStoreFailure)
      auth.begin('http://127.0.0.1:8787')
      const { userId: id } = await makeOwner(database.own)
      const { email } = await deps.db
        .selectFrom('user')
        .select('email')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      const answer = (status: number) => async () => new Response(null, { status })
      await Promise.all(Array.from({ length: 100 }, () => auth.tryPassword(email, answer(401))))
      await expect(auth.tryPassword(email, answer(200))).rejects.toMatchObject({
        code: 'rate_limit_exceeded',
      })
      const token = /token=([\w-]+)/.exec((await auth.welcome({ id, email })) ?? '')?.[1] ?? ''
      const { api } = await auth.library()
      await withScope(REQUEST, () => api.resetPassword({ body: { token, newPassword: 'correct horse' } }))
      expect((await auth.tryPassword(email, answer(200))).status).toBe(200)
    })

    it('Ending all sessions of a person ends the links that would let somebody set his password', async () => {
      const auth = openAuth(deps, isStoreFailure)
      auth.begin('http://127.0.0.1:8787')
      const { userId: id } = await makeOwner(database.own)
      const link = await auth.welcome({ id, email: 'ended@example.com' })
      await endSessionsOf(deps, OPERATOR, id)
      const { api } = await auth.library()
      const body = { token: /token=([\w-]+)/.exec(link ?? '')?.[1] ?? '', newPassword: 'correct horse' }
      await expect(withScope(REQUEST, () => api.resetPassword({ body }))).rejects.toMatchObject({
        statusCode: 400,
      })
    })

    it('A setup link works for a day, until the next one, and for one person', async () => {
      expect(await needsFirstAdmin(deps)).toBe(true)
      const person = { email: 'first@example.com', name: 'First', password: 'correct horse battery' }
      const actor = { kind: 'user', id: null, way: 'session' } as const
      const setUp = (token: string, more = {}) => setUpFirstAdmin(deps, actor, { ...person, ...more, token })
      const old = await makeSetupToken(deps)
      const token = await makeSetupToken(deps)
      for (const wrong of [old, '', `${token}x`])
        await expect(setUp(wrong)).rejects.toMatchObject({ code: 'not_found' })
      await expect(at(1441, () => setUp(token))).rejects.toMatchObject({ code: 'not_found' })
      for (const password of ['short', 'a'.repeat(12), person.email])
        await expect(setUp(token, { password })).rejects.toMatchObject({ code: 'invalid_request' })
      const outcomes = await Promise.allSettled(
        Array.from({ length: 4 }, (_, i) => setUp(token, { email: `first${i}@example.com` })),
      )
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await needsFirstAdmin(deps)).toBe(false)
      await expect(setUp(await makeSetupToken(deps))).rejects.toMatchObject({ code: 'not_found' })
    })
  })
})
