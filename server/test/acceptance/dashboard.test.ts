import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  accessibilityFaults,
  clipboardText,
  openBrowser,
  overflow,
  show,
  turn,
  watch,
} from '../support/browser.ts'
import {
  DATABASES,
  type Installation,
  install,
  type Server,
  startUpstream,
  testConfig,
  type Upstream,
} from '../support/claviger.ts'
import { ADMIN, becomeAdmin, DOORS, SCREENS, setupLink } from '../support/dashboard.ts'
import { stopAll } from '../support/processes.ts'

const WIDE = { width: 1280, height: 860 }
const PHONE = { width: 390, height: 844 }
const KEY_NAME = 'Billing service'

const SLOW_MS = 120_000
/** A colour that is on its way to another has no contrast that could be judged. */
const CALM = { reducedMotion: 'reduce' } as const

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent || !process.env.CHROMIUM)(`the dashboard, in Chromium, on ${name}`, () => {
    let upstream: Upstream
    let installation: Installation
    let server: Server
    let browser: Browser
    let page: Page
    let faults: string[]
    let secret: string

    const call = () =>
      fetch(`${server.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hi' }] }),
      })
    const rowOf = (text: string) => page.getByRole('row').filter({ hasText: text })

    beforeAll(async () => {
      upstream = await startUpstream()
      installation = await install(testConfig(upstream.url), postgres)
      server = await installation.start()
      browser = await openBrowser()
      const context = await browser.newContext({ viewport: WIDE, ...CALM })
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url })
      page = await context.newPage()
      faults = watch(page)
    }, 90_000)
    afterAll(async () => {
      await browser?.close()
      await server?.stop()
      await upstream?.stop()
      await installation?.remove()
    })

    it('the one-time link of the log makes the first administrator, who is signed in, and works once', async () => {
      const link = await setupLink(server)
      await page.goto(link)
      await page.getByLabel('Name').fill(ADMIN.name)
      await page.getByLabel('E-mail').fill(ADMIN.email)
      await page.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password)
      await page.getByRole('button', { name: 'Create the administrator' }).click()
      await page.getByRole('heading', { name: 'Overview' }).waitFor()
      const again = { token: new URL(link).searchParams.get('token'), ...ADMIN, email: 'eve@example.com' }
      const headers = { 'content-type': 'application/json', origin: server.url }
      const body = JSON.stringify(again)
      const answer = await fetch(`${server.url}/api/dashboard/setup`, { method: 'POST', headers, body })
      expect(answer.status).toBe(404)
    })

    it('who is not signed in is led to the door, and from there to where the way was going', async () => {
      const outside = await (await browser.newContext(CALM)).newPage()
      const complaints = watch(outside)
      await outside.goto(`${server.url}/keys?search=${encodeURIComponent(KEY_NAME)}`)
      await outside.getByLabel('E-mail').fill(ADMIN.email)
      await outside.getByRole('textbox', { name: 'Password' }).fill(ADMIN.password)
      await outside.getByRole('button', { name: 'Sign in' }).click()
      await outside.getByText('No key matches').waitFor()
      expect(complaints).toEqual([])
      await outside.context().close()
    })

    it('a key is shown once, is copied as it is shown, and calls /v1', async () => {
      await page.getByRole('link', { name: 'API Keys' }).click()
      await page.getByRole('button', { name: 'Create key' }).first().click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('textbox', { name: 'Name' }).fill(KEY_NAME)
      await dialog.getByRole('button', { name: 'Create key' }).click()
      secret = (await dialog.getByTestId('secret').textContent()) ?? ''
      await dialog.getByRole('button', { name: 'Copy key' }).click()
      expect(await clipboardText(page)).toBe(secret)
      await dialog.getByRole('button', { name: 'Done' }).click()
      await rowOf(KEY_NAME).getByText('never').waitFor()
      expect(await page.content()).not.toContain(secret)
      expect((await call()).status).toBe(200)
    })

    it('usage appears in the list without a reload', async () => {
      await page.evaluate(() => void Object.assign(globalThis, { stayed: true }))
      await rowOf(KEY_NAME).getByText('just now').waitFor({ timeout: 15_000 })
      expect(
        await rowOf(KEY_NAME)
          .getByTitle(/^0\.0+[1-9]\d* credits$/)
          .count(),
      ).toBe(1)
      expect(await page.evaluate(() => 'stayed' in globalThis)).toBe(true)
    })

    it('a revoked key leaves the list, gets 401, and stands in the audit log', async () => {
      await page.getByRole('button', { name: `Actions of ${KEY_NAME}` }).click()
      await page.getByRole('menuitem', { name: 'Revoke' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
      await page.getByText('No API keys yet').waitFor()
      expect((await call()).status).toBe(401)
      await page.getByRole('link', { name: 'Audit log' }).click()
      await page
        .getByText(/key\.revoke|revoked/i)
        .first()
        .waitFor()
    })

    it('every screen is quiet in the console and within its policy', async () => {
      for (const path of SCREENS) await show(page, path)
      expect(faults).toEqual([])
    })
  })
}

// What the screens look like has nothing to do with the database.
describe.skipIf(!process.env.CHROMIUM)('the looks of the dashboard, in Chromium', () => {
  let installation: Installation
  let server: Server
  let browser: Browser

  beforeAll(async () => {
    installation = await install(testConfig('http://127.0.0.1:9/v1'))
    server = await installation.start()
    browser = await openBrowser()
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await installation?.remove()
  })

  /** What is wrong with each path: in the light on a wide window, in the dark on a phone. */
  async function faultsOf(page: Page, paths: readonly string[]): Promise<Record<string, string[]>> {
    const complaints = watch(page)
    const found: Record<string, string[]> = {}
    await page.goto(server.url + paths[0])
    for (const path of paths) {
      await page.setViewportSize(WIDE)
      await turn(page, 'light')
      await show(page, path)
      const inLight = await accessibilityFaults(page)
      await page.setViewportSize(PHONE)
      await turn(page, 'dark')
      const inDark = await accessibilityFaults(page)
      const wider = await overflow(page)
      const all = [...complaints.splice(0), ...inLight, ...inDark]
      if (wider > 0) all.push(`${wider} pixels too wide`)
      if (all.length > 0) found[path] = all
    }
    return found
  }

  it('the doors are accessible, quiet and no wider than a phone', { timeout: SLOW_MS }, async () => {
    expect(await faultsOf(await browser.newPage(CALM), DOORS)).toEqual({})
  })

  it('the screens are accessible, quiet and no wider than a phone', { timeout: SLOW_MS }, async () => {
    const cookies = await becomeAdmin(server)
    const context = await browser.newContext(CALM)
    await context.addCookies(cookies.map((cookie) => ({ ...cookie, url: server.url })))
    expect(await faultsOf(await context.newPage(), SCREENS)).toEqual({})
  })

  it('the server answers its own addresses with the page, and unknown ones with 404', async () => {
    const isPage = async (path: string) => {
      const answer = await fetch(server.url + path)
      return answer.ok && (await answer.text()).includes('<div id="root">')
    }
    for (const path of [...SCREENS, ...DOORS, '/projects/x', '/accept-invitation/a.b']) {
      expect([path, await isPage(path)]).toEqual([path, true])
    }
    for (const path of [
      '/nothing',
      '/keys/x',
      '/assets/nothing.js',
      '/assets/../index.html',
      '/v1/x',
      '/.stamp',
    ]) {
      expect([path, (await fetch(server.url + path)).status]).toEqual([path, 404])
    }
  })

  it('each answer has a nonce of its own, and the policy allows no inline script and no other origin', async () => {
    const policies = await Promise.all(
      [1, 2].map(async () => {
        const answer = await fetch(server.url)
        const policy = answer.headers.get('content-security-policy') ?? ''
        const [, nonce = ''] = /'nonce-([\w+/=]{20,})'/.exec(policy) ?? []
        expect(await answer.text()).toContain(`nonce="${nonce}"`)
        return { nonce, rest: policy.replace(nonce, '') }
      }),
    )
    expect(policies[0]?.nonce).not.toBe(policies[1]?.nonce)
    expect(policies[0]?.rest).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-'")
    expect(policies[0]?.rest).not.toMatch(/unsafe|https?:|\*/)
  })
})
