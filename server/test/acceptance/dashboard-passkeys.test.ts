import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, openBrowser, watch } from '../support/browser.ts'
import { type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { becomeAdmin } from '../support/dashboard.ts'
import { stopAll } from '../support/processes.ts'

/** A fingerprint reader that is part of the machine. */
const READER = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
} as const

afterAll(stopAll)

// What the database does of it stands in `passkeys.test.ts`, on both.
describe.skipIf(!process.env.CHROMIUM)('a passkey by clicks, in Chromium', { timeout: 60_000 }, () => {
  let installation: Installation
  let server: Server
  let browser: Browser
  let page: Page
  let devtools: CDPSession
  let authenticatorId: string
  let origin: string
  let faults: string[]

  beforeAll(async () => {
    installation = await install(testConfig('http://127.0.0.1:9/v1'))
    server = await installation.start()
    origin = `http://localhost:${new URL(server.url).port}`
    browser = await openBrowser()
    const context = await browser.newContext({ reducedMotion: 'reduce' })
    const cookies = await becomeAdmin(server)
    await context.addCookies(cookies.map((cookie) => ({ ...cookie, url: origin })))
    page = await context.newPage()
    faults = watch(page)
    devtools = await context.newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    const added = await devtools.send('WebAuthn.addVirtualAuthenticator', { options: READER })
    authenticatorId = added.authenticatorId
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await installation?.remove()
  })

  const card = () => page.getByRole('region', { name: 'Passkeys' })

  it('where browsers make none, the account says why and the door does not offer it', async () => {
    await page.goto(`${server.url}/sign-in`)
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    expect(await page.getByRole('button', { name: 'Sign in with a passkey' }).count()).toBe(0)
    await page.context().addCookies(
      (await page.context().cookies(origin)).map(({ name, value }) => ({
        name,
        value,
        url: server.url,
      })),
    )
    await page.goto(`${server.url}/account`)
    await card().getByText(`belong to ${origin}`).waitFor()
    expect(await card().getByRole('button').count()).toBe(0)
  })

  it('who closes the dialog of the browser is told so; then one is added, and signs in after a sign-out', async () => {
    await page.goto(`${origin}/account`)
    await card().getByText('You have none yet').waitFor()
    await card().getByRole('button', { name: 'Add a passkey' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Work laptop')
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await dialog.getByText('Nothing was done').waitFor()
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await card().getByText('Work laptop').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])

    await page.evaluate(() => fetch('/api/auth/sign-out', { method: 'POST' }))
    await page.goto(`${origin}/sign-in?next=/account`)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await card().getByText('last used just now').waitFor()
  })

  it('it is renamed, and removed after a question, and then opens nothing', async () => {
    await card().getByRole('button', { name: 'Actions of Work laptop' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Old laptop')
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
    await card().getByRole('button', { name: 'Actions of Old laptop' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await card().getByText('You have none yet').waitFor()
    expect(faults).toEqual([])
    // Whoever is signed in would be led on.
    await page.context().clearCookies()
    await page.goto(`${origin}/sign-in`)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByText('belongs to no account here').waitFor()
  })
})
