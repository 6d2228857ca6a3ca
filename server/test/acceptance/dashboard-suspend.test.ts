import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, watch } from '../support/browser.ts'
import {
  DATABASES,
  type Installation,
  install,
  type Server,
  startUpstream,
  testConfig,
  type Upstream,
} from '../support/claviger.ts'
import { becomeAdmin } from '../support/dashboard.ts'
import { stopAll } from '../support/processes.ts'

const GRACE = {
  name: 'Grace Hopper',
  email: 'grace@example.com',
  password: 'a compiler is only a translator',
}

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent || !process.env.CHROMIUM)(`suspending a user by clicks, on ${name}`, () => {
    let upstream: Upstream
    let installation: Installation
    let server: Server
    let browser: Browser
    let hers: BrowserContext
    let admin: Page
    let grace: Page
    let secret: string

    const call = () =>
      fetch(`${server.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hi' }] }),
      })
    const refusal = async (answer: Response) => {
      const { error } = (await answer.json()) as { error: { code: string } }
      return { status: answer.status, code: error.code }
    }

    beforeAll(async () => {
      upstream = await startUpstream()
      installation = await install(testConfig(upstream.url), postgres)
      server = await installation.start()
      browser = await openBrowser()
      const office = await browser.newContext({ reducedMotion: 'reduce' })
      const cookies = await becomeAdmin(server)
      await office.addCookies(cookies.map((cookie) => ({ ...cookie, url: server.url })))
      hers = await browser.newContext({ reducedMotion: 'reduce' })
      admin = await office.newPage()
      grace = await hers.newPage()
    }, 90_000)
    afterAll(async () => {
      await browser?.close()
      await server?.stop()
      await upstream?.stop()
      await installation?.remove()
    })

    it('the link of a new account leads to a password, the password to the dashboard, the dashboard to a key', async () => {
      const complaints = [watch(admin), watch(grace)]
      await admin.goto(`${server.url}/admin/users`)
      await admin.getByRole('button', { name: 'Create account' }).click()
      const creation = admin.getByRole('dialog')
      await creation.getByLabel('Name').fill(GRACE.name)
      await creation.getByLabel('E-mail').fill(GRACE.email)
      await creation.getByRole('button', { name: 'Create account' }).click()
      const link = await creation.getByTestId('secret').textContent()
      await creation.getByRole('button', { name: 'Done' }).click()

      await grace.goto(link ?? '')
      await grace.getByRole('textbox', { name: 'New password' }).fill(GRACE.password)
      await grace.getByRole('button', { name: 'Change password' }).click()
      await grace.getByRole('link', { name: 'Sign in' }).click()
      await grace.getByLabel('E-mail').fill(GRACE.email)
      await grace.getByRole('textbox', { name: 'Password' }).fill(GRACE.password)
      await grace.getByRole('button', { name: 'Sign in' }).click()
      await grace.getByRole('link', { name: 'API Keys' }).click()
      await grace.getByRole('button', { name: 'Create key' }).first().click()
      const making = grace.getByRole('dialog')
      await making.getByRole('textbox', { name: 'Name' }).fill('Compiler')
      await making.getByRole('button', { name: 'Create key' }).click()
      secret = (await making.getByTestId('secret').textContent()) ?? ''
      await making.getByRole('button', { name: 'Done' }).click()
      expect((await call()).status).toBe(200)
      expect(complaints).toEqual([[], []])
    })

    it('whoever is suspended is refused at once, by key and by session, and is told so', async () => {
      await admin.getByRole('button', { name: `Actions of ${GRACE.name}` }).click()
      await admin.getByRole('menuitem', { name: 'Suspend' }).click()
      await admin.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
      await admin.getByRole('row').filter({ hasText: GRACE.email }).getByText('suspended').waitFor()
      expect(await refusal(await call())).toEqual({ status: 403, code: 'user_suspended' })
      const answer = await hers.request.get(`${server.url}/api/dashboard/keys`)
      expect(answer.status()).toBe(403)
      await grace.getByRole('link', { name: 'Projects' }).click()
      const told = grace.getByRole('heading', { name: 'Your account is suspended' })
      await told.waitFor()
      await grace.reload()
      await told.waitFor()
    })

    it('whoever is activated again is let in again, with the same key and the same session', async () => {
      await admin.getByRole('button', { name: `Actions of ${GRACE.name}` }).click()
      await admin.getByRole('menuitem', { name: 'Activate' }).click()
      await admin.getByRole('dialog').getByRole('button', { name: 'Activate' }).click()
      await admin
        .getByRole('row')
        .filter({ hasText: GRACE.email })
        .getByText('active', { exact: true })
        .waitFor()
      expect((await call()).status).toBe(200)
      await grace.getByRole('button', { name: 'Try again' }).click()
      await grace.getByRole('heading', { name: 'Projects' }).waitFor()
    })
  })
}
