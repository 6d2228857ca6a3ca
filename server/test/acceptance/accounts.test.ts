import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES, type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { type Database, openDatabase } from '../support/database.ts'
import { type Mailbox, openMailbox } from '../support/mailbox.ts'
import { stopAll } from '../support/processes.ts'
import { totp } from '../support/totp.ts'
import { browser, fault, good } from '../support/visitor.ts'

const PASSWORD = 'correct horse battery'
const OTHER = 'staple horse battery'
const THIRD = 'another horse battery'
const COUNTED = `SELECT count FROM "rateLimit" WHERE key LIKE 'failed-sign-ins|%'`
const RESET = /reset-password\?token=([\w-]+)/

afterAll(stopAll)

describe.each(DATABASES)('accounts with passwords', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, { timeout: 60_000 }, () => {
    let installation: Installation
    let mail: Mailbox
    let server: Server
    let database: Database
    let people = 0

    beforeAll(async () => {
      mail = await openMailbox()
      const config = {
        smtp: { host: '127.0.0.1', port: mail.port, insecure: true, from: 'Claviger <c@example.com>' },
        auth: { signUp: 'open', attemptsPerMinute: 100_000 },
      }
      installation = await install(testConfig('http://127.0.0.1:9/v1', config), postgres)
      server = await installation.start()
      database = await openDatabase(installation)
    }, 60_000)
    afterAll(async () => {
      await database?.close()
      await server?.stop()
      await mail?.close()
      await installation?.remove()
    })

    const newAddress = () => `person-${++people}@example.com`
    const signUp = (email: string, password: string) =>
      browser(server.url).visitor.post('/api/auth/sign-up/email', { email, password, name: 'Person' })
    const confirm = async (token: string) =>
      (await browser(server.url).visitor.get(`/api/auth/verify-email?token=${token}`)).status
    const verification = (email: string) => mail.link(email, /verify-email\?token=([\w.-]+)/)
    const signIn = (email: string, password: string, at = browser(server.url)) =>
      at.client.signIn.email({ email, password })
    /** Somebody whose address is verified, in a browser of his. */
    const newPerson = async () => {
      const email = newAddress()
      await signUp(email, PASSWORD)
      await confirm(await verification(email))
      const at = browser(server.url)
      await good(signIn(email, PASSWORD, at))
      return { email, ...at }
    }
    type Page = Awaited<ReturnType<typeof newPerson>>
    const resetLink = async (email: string) => {
      const before = mail.count(email)
      await good(browser(server.url).client.requestPasswordReset({ email }))
      await expect.poll(() => mail.count(email)).toBe(before + 1)
      return mail.link(email, RESET)
    }
    /** A second factor, and another browser that need not show it again. */
    const trustedBrowser = async ({ client, email }: Page) => {
      const enabled = await good(client.twoFactor.enable({ password: PASSWORD }))
      const secret = new URL((enabled as { totpURI: string }).totpURI).searchParams.get('secret') ?? ''
      await good(client.twoFactor.verifyTotp({ code: totp(secret) }))
      const trusted = browser(server.url)
      expect(await good(signIn(email, PASSWORD, trusted))).toMatchObject({ twoFactorRedirect: true })
      await good(trusted.client.twoFactor.verifyTotp({ code: totp(secret), trustDevice: true }))
      await good(trusted.client.signOut())
      expect(await good(signIn(email, PASSWORD, trusted))).not.toHaveProperty('twoFactorRedirect')
      await good(trusted.client.signOut())
      return { trusted, secret }
    }

    it.each<[string, string, (page: Page, secret: string) => Promise<unknown>]>([
      ['the other sessions are ended', PASSWORD, ({ client }) => good(client.revokeOtherSessions())],
      ['all sessions are ended', PASSWORD, ({ client }) => good(client.revokeSessions())],
      [
        'the password is changed',
        OTHER,
        ({ client }) => good(client.changePassword({ currentPassword: PASSWORD, newPassword: OTHER })),
      ],
      [
        'a new password is set by mail',
        OTHER,
        async ({ client, email }) =>
          good(client.resetPassword({ newPassword: OTHER, token: await resetLink(email) })),
      ],
      [
        'the second factor is given up and taken anew',
        PASSWORD,
        async ({ client }) => {
          await good(client.twoFactor.disable({ password: PASSWORD }))
          const enabled = await good(client.twoFactor.enable({ password: PASSWORD }))
          const secret = new URL((enabled as { totpURI: string }).totpURI).searchParams.get('secret') ?? ''
          await good(client.twoFactor.verifyTotp({ code: totp(secret) }))
        },
      ],
    ])(
      'A browser that was not asked for the second factor is asked again after %s',
      async (_, password, end) => {
        const page = await newPerson()
        const { trusted, secret } = await trustedBrowser(page)
        await end(page, secret)
        expect(await good(signIn(page.email, password, trusted))).toMatchObject({ twoFactorRedirect: true })
      },
    )

    it('Who has lost the second factor gets in by the password once the operator has taken it, and nobody stays in', async () => {
      const page = await newPerson()
      const { trusted } = await trustedBrowser(page)
      const take = () => installation.admin('admin', 'users', 'remove-two-factor', page.email)
      expect(await take()).toEqual({ email: page.email, removed: true })
      expect((await page.visitor.get('/api/dashboard/me')).status).toBe(401)
      expect(await good(signIn(page.email, PASSWORD, trusted))).not.toHaveProperty('twoFactorRedirect')
      expect(await take()).toEqual({ email: page.email, removed: false })
      await good(page.client.signIn.email({ email: page.email, password: PASSWORD }))
      await trustedBrowser(page)
    })

    it('A code of an authenticator signs in once', async () => {
      const page = await newPerson()
      const enabled = await good(page.client.twoFactor.enable({ password: PASSWORD }))
      const secret = new URL((enabled as { totpURI: string }).totpURI).searchParams.get('secret') ?? ''
      const next = totp(secret, Date.now() + 30_000)
      await good(page.client.twoFactor.verifyTotp({ code: totp(secret) }))
      const [first, second] = [browser(server.url), browser(server.url)]
      for (const at of [first, second]) await good(signIn(page.email, PASSWORD, at))
      await good(first.client.twoFactor.verifyTotp({ code: next }))
      expect(await fault(second.client.twoFactor.verifyTotp({ code: next }))).toMatchObject({
        status: 400,
        message: expect.stringContaining('wait for the next one'),
      })
      expect((await second.visitor.get('/api/dashboard/me')).status).toBe(401)
    })

    it('A wrong password counts wherever it is asked for', async () => {
      const { client } = await newPerson()
      const counted = async () =>
        Number((await database.query(COUNTED)).reduce((sum, { count }) => sum + Number(count), 0))
      const before = await counted()
      await client.changePassword({ currentPassword: OTHER, newPassword: THIRD })
      await client.twoFactor.enable({ password: OTHER })
      expect((await counted()) - before).toBe(2)
    })

    it('Of several links to set a password only one works, and none after the password was changed', async () => {
      const { client, email } = await newPerson()
      const [first, second] = [await resetLink(email), await resetLink(email)]
      expect(first).not.toBe(second)
      await good(client.resetPassword({ newPassword: OTHER, token: first }))
      expect(await fault(client.resetPassword({ newPassword: THIRD, token: second }))).toMatchObject({
        status: 400,
      })
      const third = await resetLink(email)
      const at = browser(server.url)
      await good(signIn(email, OTHER, at))
      await good(at.client.changePassword({ currentPassword: OTHER, newPassword: PASSWORD }))
      expect(await fault(client.resetPassword({ newPassword: THIRD, token: third }))).toMatchObject({
        status: 400,
      })
      await good(signIn(email, PASSWORD))
    })

    it('Who signs up with another’s address before him gets into nothing: the mailbox decides about the password', async () => {
      const email = newAddress()
      await signUp(email, 'mallory horse battery')
      const early = await verification(email)
      await signUp(email, PASSWORD)
      const token = await mail.link(email, RESET)
      expect(await confirm(early)).toBe(200)
      for (const password of ['mallory horse battery', PASSWORD])
        expect(await fault(signIn(email, password))).toMatchObject({ status: 401 })
      await good(browser(server.url).client.resetPassword({ newPassword: OTHER, token }))
      expect(await fault(signIn(email, 'mallory horse battery'))).toMatchObject({ status: 401 })
      await good(signIn(email, OTHER))
    })

    it('Who signs up twice with one password keeps it, and a verified account keeps its own whoever signs up', async () => {
      const email = newAddress()
      await signUp(email, PASSWORD)
      const token = await verification(email)
      await signUp(email, PASSWORD)
      await mail.link(email, RESET)
      await confirm(token)
      await good(signIn(email, PASSWORD))
      const before = mail.count(email)
      await signUp(email, OTHER)
      await expect.poll(() => mail.count(email)).toBe(before + 1)
      await good(signIn(email, PASSWORD))
    })

    it('A mailbox gets three letters an hour about repeated sign-ups, however many there are', async () => {
      const { email } = await newPerson()
      const before = mail.count(email)
      for (let i = 0; i < 6; i++) await signUp(email, OTHER)
      await expect.poll(() => mail.count(email)).toBe(before + 3)
      await resetLink(email)
      expect(mail.count(email)).toBe(before + 4)
    })

    it('Signing up answers the same for an address that has an account and for one that has none', async () => {
      const { email } = await newPerson()
      const answers = [await signUp(newAddress(), PASSWORD), await signUp(email, PASSWORD)]
      const shown = answers.map(async (answer) => [
        answer.status,
        [...answer.headers.keys()].sort(),
        await answer.json(),
      ])
      const [unknown, known] = await Promise.all(shown)
      expect(known).toEqual(unknown)
      expect(known?.[2]).toEqual({ token: null, user: null })
    })

    it('A password that is guessed at once is refused wherever one is set, with what to do', async () => {
      const { email, client } = await newPerson()
      const token = await resetLink(email)
      for (const weak of ['aaaaaaaaaaaa', '121212121212', email, `${email.toUpperCase()}1`]) {
        const attempts = [
          fault(client.changePassword({ currentPassword: PASSWORD, newPassword: weak })),
          fault(client.resetPassword({ newPassword: weak, token })),
          fault(browser(server.url).client.signUp.email({ email, password: weak, name: 'Person' })),
        ]
        for (const refused of await Promise.all(attempts))
          expect(refused).toMatchObject({ status: 400, message: expect.stringContaining('take some words') })
      }
      await good(signIn(email, PASSWORD))
    })

    it('A letter quotes the names that people chose, so that they are not read as its own words', async () => {
      const { client } = await newPerson()
      const slug = `quoted-${++people}`
      const { id } = await good(client.organization.create({ name: 'Your account was closed', slug }))
      const email = newAddress()
      await good(client.organization.inviteMember({ email, role: 'member', organizationId: id }))
      const words = Buffer.from(await mail.link(email, /join the (.*) at /), 'latin1').toString('utf8')
      expect(words).toBe('organisation “Your account was closed”')
    })
  })
})
