import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Authenticator, type Ceremony, type Tampering } from '../support/authenticator.ts'
import { certificateWithList } from '../support/certificate.ts'
import { DATABASES, type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { type Database, openDatabase } from '../support/database.ts'
import { OPEN_SIGN_UP, PASSWORD } from '../support/people.ts'
import { stopAll } from '../support/processes.ts'
import { totp } from '../support/totp.ts'
import { Visitor } from '../support/visitor.ts'

const AT = '/api/auth/passkey'

/** What the tests read of answers. */
interface Shown {
  readonly status: number
  readonly id: string
  readonly code: string
  readonly message: string
  readonly totpURI: string
}

afterAll(stopAll)

describe.each(DATABASES)('passkeys', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, { timeout: 30_000 }, () => {
    let installation: Installation
    let server: Server
    let database: Database
    /** The one name of the loopback that a browser makes passkeys for. */
    let origin: string
    let people = 0

    beforeAll(async () => {
      installation = await install(testConfig('http://127.0.0.1:9/v1', OPEN_SIGN_UP), postgres)
      server = await installation.start()
      database = await openDatabase(installation)
      origin = `http://localhost:${new URL(server.url).port}`
    }, 60_000)
    afterAll(async () => {
      await database?.close()
      await server?.stop()
      await installation?.remove()
    })

    const answerOf = async (sent: Promise<Response>): Promise<Shown> => {
      const response = await sent
      return { ...((await response.json()) as Shown), status: response.status }
    }
    const options = async (browser: Visitor, kind: 'register' | 'authenticate'): Promise<Ceremony> => {
      const response = await browser.get(`${AT}/generate-${kind}-options`)
      if (!response.ok) throw new Error(`${kind}: ${response.status} ${await response.text()}`)
      return (await response.json()) as Ceremony
    }
    const signUp = async (): Promise<{ email: string; browser: Visitor }> => {
      const email = `passkey-${++people}@example.com`
      const browser = new Visitor(server.url)
      const made = await browser.post('/api/auth/sign-up/email', { email, password: PASSWORD, name: 'Ada' })
      if (!made.ok) throw new Error(await made.text())
      return { email, browser }
    }
    const send = (browser: Visitor, response: object, name = 'Laptop') =>
      browser.post(`${AT}/verify-registration`, { response, name })
    const add = async (browser: Visitor, device = new Authenticator(origin)) => {
      const { status, id } = await answerOf(send(browser, device.create(await options(browser, 'register'))))
      expect(status).toBe(200)
      return { device, id }
    }
    const signIn = async (device: Authenticator, browser = new Visitor(server.url), tampering?: Tampering) =>
      browser.post(`${AT}/verify-authentication`, {
        response: device.get(await options(browser, 'authenticate'), tampering),
      })
    const me = async (browser: Visitor) => (await browser.get('/api/dashboard/me')).status
    const audited = async (work: () => Promise<unknown>): Promise<Record<string, unknown>[]> => {
      const [before] = await database.query('SELECT COALESCE(MAX(seq), 0) AS seq FROM audit_log')
      await work()
      return database.query(`SELECT * FROM audit_log WHERE seq > ${before?.seq} ORDER BY seq`)
    }
    const actions = (rows: Record<string, unknown>[]) => rows.map(({ action }) => action)

    it('A passkey signs its owner in without a code of his second factor, and no key of it is shown', async () => {
      const { browser } = await signUp()
      const { totpURI } = await answerOf(browser.post('/api/auth/two-factor/enable', { password: PASSWORD }))
      const secret = new URL(totpURI).searchParams.get('secret') ?? ''
      await browser.post('/api/auth/two-factor/verify-totp', { code: totp(secret) })
      const device = new Authenticator(origin)
      const rows = await audited(() => add(browser, device))
      expect(actions(rows)).toEqual(['passkey.create'])

      const visitor = new Visitor(server.url)
      let answer = ''
      const signed = await audited(async () => {
        const response = await signIn(device, visitor)
        answer = await response.text()
        expect(response.status).toBe(200)
      })
      expect(actions(signed)).toEqual(['session.create'])
      expect(await me(visitor)).toBe(200)
      const sessions = (await (await visitor.get('/api/auth/list-sessions')).json()) as { token: string }[]
      expect(sessions).toHaveLength(2)
      const list = await (await visitor.get(`${AT}/list-user-passkeys`)).json()
      const times = { createdAt: expect.any(String), lastUsedAt: expect.any(String) }
      expect(list).toEqual([{ id: expect.any(String), name: 'Laptop', ...times }])
      const written = JSON.stringify([...rows, ...signed], (_, value) => String(value)) + server.output()
      for (const hidden of [device.id, device.publicKey()]) expect(written).not.toContain(hidden)
      for (const { token } of sessions) expect(answer).not.toContain(token)
    })

    it('What a device answered counts once, and only to the browser that was asked', async () => {
      const { device } = await add((await signUp()).browser)
      const visitor = new Visitor(server.url)
      const response = device.get(await options(visitor, 'authenticate'))
      const asked = new Map(visitor.cookies)
      expect((await visitor.post(`${AT}/verify-authentication`, { response })).status).toBe(200)
      const replay = (browser: Visitor) => browser.post(`${AT}/verify-authentication`, { response })
      expect((await replay(new Visitor(server.url, asked))).status).toBe(400)
      const other = new Visitor(server.url)
      await options(other, 'authenticate')
      expect((await replay(other)).status).toBe(400)
      expect(await me(other)).toBe(401)
    })

    it('An answer that is not the device’s own, here and now, signs nobody in', async () => {
      const { device } = await add((await signUp()).browser)
      expect((await signIn(device)).status).toBe(200)
      const other = Buffer.from('another challenge').toString('base64url')
      const cases: readonly [string, Tampering, number][] = [
        ['another origin', { origin: 'https://evil.example' }, 400],
        ['a name of the loopback that is an address', { origin: server.url }, 400],
        ['another relying party', { rpId: 'evil.example' }, 400],
        ['another challenge', { challenge: other }, 400],
        ['another key', { forged: true }, 401],
        ['a counter that goes backwards', { counter: 1 }, 400],
        ['nobody whom the device has verified', { verified: false }, 401],
      ]
      for (const [what, tampering, status] of cases) {
        const visitor = new Visitor(server.url)
        expect((await signIn(device, visitor, tampering)).status, what).toBe(status)
        expect(await me(visitor), what).toBe(401)
      }
      expect((await signIn(device)).status).toBe(200)
    })

    it('Of sign-ins at once the highest counter stays, so that a copy of the device is noticed', async () => {
      const { device, id } = await add((await signUp()).browser)
      const counters = [12, 17, 13, 16, 14, 15]
      const answers = await Promise.all(
        counters.map((counter) => signIn(device, new Visitor(server.url), { counter })),
      )
      const accepted = counters.filter((_, at) => answers[at]?.status === 200)
      const [row] = await database.query(`SELECT "counter" FROM "passkey" WHERE "id" = '${id}'`)
      expect(Number(row?.counter)).toBe(Math.max(...accepted))
    })

    it('A passkey of another origin, relying party or challenge, or without verification, is not added', async () => {
      const { browser } = await signUp()
      const device = new Authenticator(origin)
      const cases: readonly [Tampering, number][] = [
        [{ origin: 'https://evil.example' }, 400],
        [{ rpId: 'evil.example' }, 400],
        [{ challenge: Buffer.from('another').toString('base64url') }, 400],
        [{ verified: false }, 401],
      ]
      for (const [tampering, status] of cases) {
        const response = device.create(await options(browser, 'register'), tampering)
        expect((await send(browser, response)).status).toBe(status)
      }
      expect(await (await browser.get(`${AT}/list-user-passkeys`)).json()).toEqual([])
    })

    it('Addresses in the certificate of an attestation that nobody asked for are not called', async () => {
      const { browser } = await signUp()
      const device = new Authenticator(origin)
      let calls = 0
      const listener = createServer((_, response) => {
        calls++
        response.end()
      })
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
      const { port } = listener.address() as AddressInfo
      const certificate = certificateWithList(`http://127.0.0.1:${port}/revoked`)
      for (const fmt of ['apple', 'android-key', 'fido-u2f', 'packed', 'tpm']) {
        const asked = await options(browser, 'register')
        const answer = await send(browser, device.create(asked, { attested: { fmt, certificate } }))
        expect({ fmt, status: answer.status, calls }).toEqual({ fmt, status: 400, calls: 0 })
      }
      listener.close()
    })

    it('A challenge is for the person it was made for, and for five minutes', async () => {
      const [ada, eve] = [await signUp(), await signUp()]
      const device = new Authenticator(origin)
      const response = device.create(await options(ada.browser, 'register'))
      const mixed = new Visitor(server.url, new Map([...ada.browser.cookies, ...sessionOf(eve.browser)]))
      expect((await send(mixed, response)).status).toBe(401)
      const late = device.create(await options(ada.browser, 'register'))
      const rows = await database.query(
        `SELECT id, "expiresAt" FROM "verification" ORDER BY "createdAt" DESC LIMIT 1`,
      )
      const lifetime = new Date(String(rows[0]?.expiresAt)).getTime() - Date.now()
      expect(lifetime).toBeLessThanOrEqual(300_000)
      await database.query(`UPDATE "verification" SET "expiresAt" = '2020-01-01T00:00:00.000Z'`)
      expect((await send(ada.browser, late)).status).toBe(400)
    })

    it('A credential belongs to one person, whatever id another’s device chooses', async () => {
      const { device } = await add((await signUp()).browser)
      const { browser } = await signUp()
      const thief = new Authenticator(origin, device.id)
      const { status, code } = await answerOf(send(browser, thief.create(await options(browser, 'register'))))
      expect({ status, code }).toEqual({ status: 400, code: 'invalid_request' })
    })

    it('Only a session of the last minutes adds a passkey', async () => {
      const { email, browser } = await signUp()
      const asked = await options(browser, 'register')
      await database.query(
        `UPDATE "session" SET "createdAt" = '${new Date(Date.now() - 660_000).toISOString()}'
         WHERE "userId" = (SELECT "id" FROM "user" WHERE "email" = '${email}')`,
      )
      const refused = { status: 403, code: 'SESSION_NOT_FRESH' }
      expect(await answerOf(browser.get(`${AT}/generate-register-options`))).toMatchObject(refused)
      expect(await answerOf(send(browser, new Authenticator(origin).create(asked)))).toMatchObject(refused)
    })

    it('A suspended person’s passkey is refused as his password is', async () => {
      const { email, browser } = await signUp()
      const { device } = await add(browser)
      await installation.admin('admin', 'users', 'suspend', email)
      const visitor = new Visitor(server.url)
      expect(await answerOf(signIn(device, visitor))).toMatchObject({
        status: 403,
        message: 'User account is suspended',
      })
      expect(await me(visitor)).toBe(401)
    })

    it('A passkey is renamed and removed by its owner alone, which stands in the log, and then signs nobody in', async () => {
      const { browser } = await signUp()
      const { device, id } = await add(browser)
      const stranger = (await signUp()).browser
      expect((await stranger.post(`${AT}/update-passkey`, { id, name: 'Mine' })).status).toBe(404)
      expect((await stranger.post(`${AT}/delete-passkey`, { id })).status).toBe(404)
      expect((await signIn(device)).status).toBe(200)
      const rows = await audited(async () => {
        expect((await browser.post(`${AT}/update-passkey`, { id, name: 'a\u0000b' })).status).toBe(400)
        for (const name of [undefined, '', 7])
          expect((await browser.post(`${AT}/update-passkey`, { id, name })).status).toBe(400)
        await browser.post(`${AT}/update-passkey`, { id, name: 'Old laptop' })
        await browser.post(`${AT}/delete-passkey`, { id })
      })
      expect(actions(rows)).toEqual(['passkey.update', 'passkey.delete'])
      expect((await signIn(device)).status).toBe(401)
    })
  })
})

function sessionOf(browser: Visitor): [string, string][] {
  return [...browser.cookies].filter(([name]) => name.endsWith('session_token'))
}
