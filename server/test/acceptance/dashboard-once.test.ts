import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { becomeAdmin } from '../support/dashboard.ts'
import { withGeneration } from '../support/generation.ts'
import { CLIENT_ID, CLIENT_SECRET, type OidcServer, startOidc } from '../support/oidc.ts'
import { stopAll } from '../support/processes.ts'

afterAll(stopAll)

describe.skipIf(!process.env.CHROMIUM)('what is pressed twice in the dashboard', () => {
  let installation: Installation
  let server: Server
  let oidc: OidcServer
  let browser: Browser
  let page: Page

  const withSession = async (context: BrowserContext) => {
    const cookies = await becomeAdmin(server)
    await context.addCookies(cookies.map((cookie) => ({ ...cookie, url: server.url })))
    return context.newPage()
  }

  beforeAll(async () => {
    oidc = await startOidc()
    const provider = { id: 'corp', name: 'Corp', issuer: oidc.issuer }
    const auth = { oidc: [{ ...provider, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }] }
    const outbound = { allowHttp: true, allowCidrs: ['127.0.0.1/32'], ports: [9] }
    installation = await install(withGeneration(testConfig('http://127.0.0.1:9/v1', { auth, outbound })))
    server = await installation.start()
    browser = await openBrowser()
    page = await withSession(await browser.newContext({ reducedMotion: 'reduce' }))
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await oidc?.stop()
    await installation?.remove()
  })

  it('a double click on a sign-in provider begins one sign-in, which the provider’s answer belongs to', async () => {
    const visitor = await browser.newPage()
    await visitor.goto(`${server.url}/sign-in?next=%2Ftasks`)
    await visitor.getByRole('button', { name: 'Continue with Corp' }).dblclick()
    await visitor.waitForURL(`${oidc.issuer}/**`)
    const { searchParams } = new URL(visitor.url())
    const back = new URL(searchParams.get('redirect_uri') ?? '')
    back.search = String(
      new URLSearchParams({ error: 'access_denied', state: searchParams.get('state') ?? '' }),
    )
    await visitor.goto(back.href)
    await visitor.getByText('The provider refused, or the sign-in was cancelled.').waitFor()
    expect(new URL(visitor.url()).searchParams.get('next')).toBe('/tasks')
    await visitor.close()
  })

  it('a double click on Generate makes, and charges, one task', async () => {
    await page.goto(`${server.url}/playground?kind=image`)
    await page.getByRole('textbox', { name: 'Prompt' }).fill('A pier')
    await page.getByRole('button', { name: 'Generate' }).dblclick()
    await page.getByRole('img', { name: 'A pier' }).first().waitFor()
    await page.goto(`${server.url}/tasks`)
    await page.getByRole('row').filter({ hasText: 'A pier' }).first().waitFor()
    expect(await page.getByRole('row').filter({ hasText: 'A pier' }).count()).toBe(1)
  })

  it('who rotates a webhook secret again is asked again, and is not shown the last one as the new one', async () => {
    await page.goto(`${server.url}/webhooks`)
    await page.getByRole('button', { name: 'Add endpoint' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'URL' }).fill('http://127.0.0.1:9/hook')
    await dialog.getByRole('button', { name: 'Add endpoint' }).click()
    await dialog.getByRole('button', { name: 'Done' }).click()
    const secrets: (string | null)[] = []
    for (let time = 1; time <= 2; time++) {
      await page.getByRole('button', { name: 'Actions of http://127.0.0.1:9/hook' }).click()
      await page.getByRole('menuitem', { name: 'Rotate the secret' }).click()
      await dialog.getByRole('button', { name: 'Rotate' }).click()
      secrets.push(await dialog.getByTestId('secret').textContent())
      await dialog.getByRole('button', { name: 'Done' }).click()
      await dialog.waitFor({ state: 'hidden' })
    }
    expect(new Set(secrets).size).toBe(2)
  })
})
