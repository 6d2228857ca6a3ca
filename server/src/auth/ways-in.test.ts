import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import type { Deps } from '../deps.ts'
import { randomId } from '../lib/ids.ts'
import { isStoreFailure } from '../storage/failure.ts'
import { openAuth } from './auth.ts'
import { makeSetupToken, setUpFirstAdmin } from './first-admin.ts'
import { type AuthScope, withScope } from './scope.ts'
import { authenticateSession } from './sessions.ts'

const REQUEST = { requestId: 'req_1', address: '192.0.2.1', byPassword: false }
const PASSWORD = 'correct horse battery'

describe.each(DATABASES)('ways into an account', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    let auth: ReturnType<typeof openAuth>

    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
      auth = openAuth(deps, isStoreFailure)
      auth.begin('http://127.0.0.1:8787')
    })
    afterAll(() => database?.remove())

    const context = async () => (await auth.library()).$context
    const count = async (table: 'passkey' | 'twoFactor' | 'account' | 'session', userId: string) =>
      (await deps.db.selectFrom(table).select('id').where('userId', '=', userId).execute()).length
    const addPasskey = (userId: string) =>
      deps.db
        .insertInto('passkey')
        .values({
          id: randomId(),
          name: null,
          publicKey: 'key',
          userId,
          credentialID: randomId(),
          counter: 0,
          deviceType: 'singleDevice',
          backedUp: false,
          transports: null,
          createdAt: null,
          aaguid: null,
          lastUsedAt: null,
        })
        .execute()
    /** Who has everything that opens an account, and a session. */
    const settled = async (emailVerified: boolean) => {
      const { user } = await makeOwner(deps)
      const { internalAdapter, adapter, password } = await context()
      const hash = await password.hash(PASSWORD)
      await internalAdapter.linkAccount({
        userId: user.id,
        providerId: 'credential',
        accountId: user.id,
        password: hash,
      })
      await internalAdapter.linkAccount({ userId: user.id, providerId: 'idp', accountId: `idp ${user.id}` })
      await adapter.create({
        model: 'twoFactor',
        data: { userId: user.id, secret: 's', backupCodes: 'b', verified: true },
      })
      await internalAdapter.updateUser(user.id, { twoFactorEnabled: true, emailVerified })
      await addPasskey(user.id)
      return { ...user, hash, session: await internalAdapter.createSession(user.id) }
    }

    it('Who signed up with the address of the first administrator before him does not administer the server', async () => {
      const early = await settled(false)
      const actor = { kind: 'user', id: null, way: 'session' } as const
      const input = { email: early.email, name: 'Boss', password: 'another horse battery' }
      await setUpFirstAdmin(deps, actor, { ...input, token: await makeSetupToken(deps) })
      expect(await authenticateSession(deps, early.session.token, undefined)).toBeUndefined()
      for (const table of ['session', 'passkey', 'twoFactor'] as const)
        expect([table, await count(table, early.id)]).toEqual([table, 0])
      expect(await count('account', early.id)).toBe(1)
    })

    it('A sign-in whose password was changed while it was looked at gets no session', async () => {
      const { id, hash } = await settled(true)
      const { internalAdapter, password } = await context()
      const scope: AuthScope = { ...REQUEST }
      const signIn = withScope(scope, async () => {
        expect(await password.verify({ hash, password: PASSWORD })).toBe(true)
        await deps.db.updateTable('account').set({ password: 'new' }).where('userId', '=', id).execute()
        await internalAdapter.createSession(id)
      })
      await expect(signIn).rejects.toMatchObject({ statusCode: 401 })
      expect(await count('session', id)).toBe(1)
    })

    it('A right code signs nobody in that was looked at before ten wrong ones were counted', async () => {
      const { id } = await settled(true)
      const { adapter } = await context()
      const which = { model: 'twoFactor', where: [{ field: 'userId', value: id }] }
      for (let wrong = 0; wrong < 10; wrong++)
        await adapter.incrementOne({ ...which, increment: { failedVerificationCount: 1 } })
      const update = { failedVerificationCount: 0, lockedUntil: null }
      await expect(adapter.update({ ...which, update })).rejects.toMatchObject({ statusCode: 429 })
    })

    it('A link to set a password is dead once the address that it was sent to is another’s', async () => {
      const { id, email } = await settled(true)
      const link = await auth.welcome({ id, email })
      const { internalAdapter } = await context()
      await internalAdapter.updateUser(id, { email: `moved-${id}@example.com` })
      const token = /token=([\w-]+)/.exec(link ?? '')?.[1] ?? ''
      const { api } = await auth.library()
      const reset = withScope(REQUEST, () => api.resetPassword({ body: { token, newPassword: PASSWORD } }))
      await expect(reset).rejects.toMatchObject({ statusCode: 400 })
    })

    it('A new password by mail leaves passkeys in place, but for those of whoever had not shown the address to be his', async () => {
      for (const proven of [true, false]) {
        const { id, email } = await settled(proven)
        const token = /token=([\w-]+)/.exec((await auth.welcome({ id, email })) ?? '')?.[1] ?? ''
        const { api } = await auth.library()
        await withScope({ ...REQUEST }, () => api.resetPassword({ body: { token, newPassword: PASSWORD } }))
        expect(await count('passkey', id)).toBe(proven ? 1 : 0)
      }
    })
  })
})
