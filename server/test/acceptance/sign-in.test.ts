import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES, type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { type Database, openDatabase } from '../support/database.ts'
import { type Mailbox, openMailbox } from '../support/mailbox.ts'
import { totp } from '../support/totp.ts'
import { browser, fault, good, Visitor } from '../support/visitor.ts'

const PASSWORD = 'correct horse battery'
const OTHER = 'staple horse battery'

/** What the tests read of answers. */
interface Shown {
  readonly data: {
    readonly user: { readonly twoFactor: boolean }
    readonly organizations: readonly { readonly id: string }[]
    readonly session: { readonly id: string }
  }
  readonly error: unknown
}

async function shownBy(response: Promise<Response> | Response): Promise<Shown> {
  return (await (await response).json()) as Shown
}

describe.each(DATABASES)('signing in', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, { timeout: 60_000 }, () => {
    let installation: Installation
    let mail: Mailbox
    let server: Server
    let database: Database
    let admin: ReturnType<typeof browser>
    let organizationId: string

    beforeAll(async () => {
      mail = await openMailbox()
      installation = await install(
        testConfig('http://127.0.0.1:9/v1', {
          smtp: { host: '127.0.0.1', port: mail.port, insecure: true, from: 'Claviger <c@example.com>' },
          auth: { attemptsPerMinute: 100_000 },
        }),
        postgres,
      )
      server = await installation.start()
      database = await openDatabase(installation)
      admin = browser(server.url)
    }, 60_000)
    afterAll(async () => {
      await database?.close()
      await server?.stop()
      await mail?.close()
      await installation?.remove()
    })

    const setupToken = () => /setup\?token=([\w-]+)/.exec(server.output())?.[1] ?? ''
    /** What was done and stands in the audit log, in order. */
    const audited = async (work: () => Promise<unknown>): Promise<unknown[]> => {
      const newest = 'SELECT COALESCE(MAX(seq), 0) AS seq FROM audit_log'
      const [before] = await database.query(newest)
      await work()
      const rows = await database.query(
        `SELECT action FROM audit_log WHERE seq > ${before?.seq} ORDER BY seq`,
      )
      return rows.map(({ action }) => action)
    }
    const me = async (visitor: Visitor) => visitor.get('/api/dashboard/me')

    it('The link of the first start makes one administrator, once, who is signed in by it', async () => {
      const body = { email: 'Admin@example.com', name: 'Admin', password: PASSWORD }
      const wrong = await admin.visitor.post('/api/dashboard/setup', { ...body, token: 'wrong' })
      expect(wrong.status).toBe(404)
      const token = setupToken()
      expect(token).toHaveLength(43)
      const first = await admin.visitor.post('/api/dashboard/setup', { ...body, token })
      expect(first.status).toBe(200)
      const thief = { ...body, token, email: 'thief@example.com' }
      expect((await new Visitor(server.url).post('/api/dashboard/setup', thief)).status).toBe(404)
      const known = await shownBy(me(admin.visitor))
      expect(known.data.user).toMatchObject({ email: 'admin@example.com', operator: true })
      const config = await shownBy(admin.visitor.get('/api/dashboard/open/config'))
      expect(config.data).toMatchObject({ setupNeeded: false, signUp: 'invitation', mail: true })
    })

    it('Nobody signs up without the link of an invitation, whatever address he names', async () => {
      const { client } = browser(server.url)
      const create = async () => {
        organizationId = (await good(admin.client.organization.create({ name: 'Acme', slug: 'acme' }))).id
      }
      expect(await audited(create)).toEqual(['organization.create', 'member.create'])
      const { id } = await good(
        admin.client.organization.inviteMember({ email: 'ada@example.com', role: 'member', organizationId }),
      )
      const attempt = { email: 'ada@example.com', name: 'Ada', password: PASSWORD }
      for (const invitation of [undefined, id, `${id}.`, `${id}.AAAA`])
        expect(await fault(client.signUp.email({ ...attempt, ...{ invitation } } as never))).toMatchObject({
          status: 403,
          code: 'sign_up_closed',
        })
      const ticket = await mail.link('ada@example.com', /accept-invitation\/([\w.-]+)/)
      const asSomebodyElse = { ...attempt, email: 'eve@example.com', invitation: ticket }
      expect(await fault(client.signUp.email(asSomebodyElse as never))).toMatchObject({ status: 403 })
    })

    it('The link of an invitation signs its address up, verified and signed in, and into the organisation', async () => {
      const ticket = await mail.link('ada@example.com', /accept-invitation\/([\w.-]+)/)
      const { client, visitor } = browser(server.url)
      const shown = await shownBy(visitor.get(`/api/dashboard/open/invitation?ticket=${ticket}`))
      expect(shown.data).toMatchObject({
        email: 'ada@example.com',
        organizationName: 'Acme',
        hasAccount: false,
      })
      const attempt = { email: 'ada@example.com', name: 'Ada', password: PASSWORD, invitation: ticket }
      expect(await audited(() => good(client.signUp.email(attempt as never)))).toEqual([
        'user.create',
        'account.create',
        'session.create',
      ])
      expect((await me(visitor)).status).toBe(200)
      const accept = () => good(client.organization.acceptInvitation({ invitationId: ticket }))
      expect(await audited(accept)).toEqual(['invitation.update', 'member.create'])
      const { data } = await shownBy(me(visitor))
      expect(data.organizations).toMatchObject([
        { name: 'Ada', personal: true, role: 'owner' },
        { name: 'Acme', personal: false, role: 'member' },
      ])
      expect(
        (await database.query(`SELECT "emailVerified" FROM "user" WHERE email = 'ada@example.com'`))[0],
      ).toSatisfy((row: { emailVerified: unknown }) => Boolean(row.emailVerified))
      expect((await visitor.get(`/api/dashboard/open/invitation?ticket=${ticket}`)).status).toBe(404)
    })

    it('A wrong password and an unknown address are told the same, and make no session', async () => {
      const { client, visitor } = browser(server.url)
      const wrong = await fault(client.signIn.email({ email: 'ada@example.com', password: OTHER }))
      const unknown = await fault(client.signIn.email({ email: 'nobody@example.com', password: OTHER }))
      expect(wrong).toEqual(unknown)
      expect(wrong).toMatchObject({ status: 401 })
      expect((await me(visitor)).status).toBe(401)
    })

    it('A forgotten password is set anew by the link of a mail, once, and every session before it ends', async () => {
      const before = browser(server.url)
      await good(before.client.signIn.email({ email: 'ada@example.com', password: PASSWORD }))
      const { client, visitor } = browser(server.url)
      await good(client.requestPasswordReset({ email: 'ada@example.com', redirectTo: '/reset-password' }))
      const token = await mail.link('ada@example.com', /reset-password\?token=([\w-]+)/)
      const reset = () => good(client.resetPassword({ newPassword: OTHER, token }))
      const actions = await audited(reset)
      expect(actions.filter((action) => action === 'account.update')).toHaveLength(1)
      expect(new Set(actions)).toEqual(new Set(['session.delete', 'account.update']))
      expect((await fault(client.resetPassword({ newPassword: PASSWORD, token }))).status).toBe(400)
      expect((await me(before.visitor)).status).toBe(401)
      expect(
        (await fault(client.signIn.email({ email: 'ada@example.com', password: PASSWORD }))).status,
      ).toBe(401)
      await good(client.signIn.email({ email: 'ada@example.com', password: OTHER }))
      expect((await me(visitor)).status).toBe(200)
    })

    it('With a second factor a password alone opens nothing', async () => {
      const first = browser(server.url)
      await good(first.client.signIn.email({ email: 'ada@example.com', password: OTHER }))
      const enabled = await good(first.client.twoFactor.enable({ password: OTHER }))
      const secret = new URL((enabled as { totpURI: string }).totpURI).searchParams.get('secret') ?? ''
      await good(first.client.twoFactor.verifyTotp({ code: totp(secret) }))
      const { data } = await shownBy(me(first.visitor))
      expect(data.user.twoFactor).toBe(true)
      const { client, visitor } = browser(server.url)
      const half = await good(client.signIn.email({ email: 'ada@example.com', password: OTHER }))
      expect(half).toMatchObject({ twoFactorRedirect: true })
      expect((await me(visitor)).status).toBe(401)
      expect((await fault(client.twoFactor.verifyTotp({ code: '000000' }))).status).toBe(401)
      expect((await me(visitor)).status).toBe(401)
      await good(client.twoFactor.verifyTotp({ code: totp(secret) }))
      expect((await me(visitor)).status).toBe(200)
      await good(client.twoFactor.disable({ password: OTHER }))
    })

    it('A person sees his sessions and ends one or all others; it holds from the next request', async () => {
      const [mine, other] = [browser(server.url), browser(server.url)]
      for (const { client } of [mine, other])
        await good(client.signIn.email({ email: 'ada@example.com', password: OTHER }))
      const own = (await shownBy(me(other.visitor))).data.session.id
      const sessions = await good(mine.client.listSessions())
      const { token } = sessions.find(({ id }) => id === own) as { token: string }
      expect(await audited(() => good(mine.client.revokeSession({ token })))).toEqual(['session.delete'])
      expect((await me(other.visitor)).status).toBe(401)
      expect((await me(mine.visitor)).status).toBe(200)
      await good(mine.client.revokeOtherSessions())
      expect(await good(mine.client.listSessions())).toHaveLength(1)
    })

    it('Signing out removes the session: its cookie opens nothing any more', async () => {
      const { client, visitor } = browser(server.url)
      await good(client.signIn.email({ email: 'ada@example.com', password: OTHER }))
      const kept = new Map(visitor.cookies)
      expect(await audited(() => good(client.signOut()))).toEqual(['session.delete'])
      const thief = new Visitor(server.url, kept)
      expect((await me(thief)).status).toBe(401)
    })

    it('A removed member’s keys and rights in the organisation end with the next request', async () => {
      const ada = browser(server.url)
      await good(ada.client.signIn.email({ email: 'ada@example.com', password: OTHER }))
      const made = await ada.visitor.post('/api/v1/keys', { name: 'Mine' }, { 'x-org-id': organizationId })
      const { key } = (await made.json()) as { key: string }
      const ask = () => fetch(`${server.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
      expect((await ask()).status).toBe(200)
      await good(
        admin.client.organization.removeMember({ memberIdOrEmail: 'ada@example.com', organizationId }),
      )
      expect((await ask()).status).toBe(403)
      const keys = await ada.visitor.get('/api/v1/keys', { 'x-org-id': organizationId })
      expect(keys.status).toBe(404)
    })

    it('A suspended person’s session answers 403 at once, and signing in again the same', async () => {
      const ada = browser(server.url)
      await good(ada.client.signIn.email({ email: 'ada@example.com', password: OTHER }))
      await installation.admin('admin', 'users', 'suspend', 'ada@example.com')
      const refused = await me(ada.visitor)
      expect(refused.status).toBe(403)
      const { error } = await shownBy(refused)
      expect(error).toMatchObject({ code: 'user_suspended', message: 'User account is suspended' })
      expect(await fault(ada.client.updateUser({ name: 'Eve' }))).toMatchObject({ status: 403 })
      const again = await fault(
        browser(server.url).client.signIn.email({ email: 'ada@example.com', password: OTHER }),
      )
      expect(again).toMatchObject({ status: 403, message: 'User account is suspended' })
      await installation.admin('admin', 'users', 'activate', 'ada@example.com')
      expect((await me(ada.visitor)).status).toBe(200)
    })

    it('What a person’s own organisation is not for is refused', async () => {
      const { data } = await shownBy(me(admin.visitor))
      const own = data.organizations[0]?.id ?? ''
      const invite = { email: 'eve@example.com', role: 'member' as const, organizationId: own }
      expect((await fault(admin.client.organization.inviteMember(invite))).status).toBe(403)
      expect((await fault(admin.client.organization.delete({ organizationId: own }))).status).toBe(403)
      expect((await fault(admin.client.organization.leave({ organizationId: own }))).status).toBe(400)
    })

    it('Everything that changed has its audit rows, and no secret stands in them or in the log', async () => {
      const rows = await database.query('SELECT * FROM audit_log ORDER BY seq')
      const actions = new Set(rows.map(({ action }) => action))
      for (const action of [
        'user.first_admin',
        'user.create',
        'session.create',
        'session.delete',
        'account.create',
        'account.update',
        'organization.create',
        'member.create',
        'member.delete',
        'invitation.create',
        'invitation.update',
        'two_factor.create',
        'two_factor.delete',
        'user.suspend',
      ])
        expect(actions).toContain(action)
      const tables = ['session', 'account', 'twoFactor', 'verification']
      const secrets: unknown[] = [PASSWORD, OTHER]
      for (const table of tables)
        for (const row of await database.query(`SELECT * FROM "${table}"`))
          secrets.push(row.token, row.password, row.secret, row.backupCodes, row.value)
      const written = rows.map((row) => Object.values(row).join(' ')).join('\n') + server.output()
      for (const secret of secrets)
        if (typeof secret === 'string' && secret.length >= 16) expect(written).not.toContain(secret)
    })
  })
})
