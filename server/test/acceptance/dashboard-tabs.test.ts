import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, show } from '../support/browser.ts'
import { type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { ADMIN, becomeAdmin } from '../support/dashboard.ts'
import { stopAll } from '../support/processes.ts'
import { Visitor } from '../support/visitor.ts'

const FIRM = 'Acme'
/** It ends while a tab shows it. */
const CLUB = 'Rowing club'

afterAll(stopAll)

// What a tab remembers and where its focus is has nothing to do with the database.
describe.skipIf(!process.env.CHROMIUM)('the tabs and dialogs of the dashboard, in Chromium', () => {
  let installation: Installation
  let server: Server
  let browser: Browser
  let context: BrowserContext
  let ada: Visitor
  let firm: string
  let club: string
  let page: Page

  const focused = (page: Page) => page.locator(':focus')
  const switchTo = async (page: Page, name: string) => {
    await page.getByRole('button', { name: /^Organisation:/ }).click()
    await page.getByRole('menuitem', { name }).click()
    await page.getByRole('button', { name: `Organisation: ${name}` }).waitFor()
  }
  const startKey = async (page: Page, name: string) => {
    await show(page, '/keys')
    await page.getByRole('button', { name: 'Create key' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
    return { dialog, send: () => dialog.getByRole('button', { name: 'Create key' }).click() }
  }
  const keysOf = async (organization?: string) => {
    const answer = await ada.get('/api/dashboard/keys', organization ? { 'x-org-id': organization } : {})
    const { data } = (await answer.json()) as { data: { name: string }[] }
    return data.map(({ name }) => name)
  }

  const found = async (name: string) => {
    const slug = name.toLowerCase().replaceAll(' ', '-')
    const made = await ada.post('/api/auth/organization/create', { name, slug })
    return ((await made.json()) as { id: string }).id
  }

  beforeAll(async () => {
    installation = await install(testConfig('http://127.0.0.1:9/v1'))
    server = await installation.start()
    const cookies = await becomeAdmin(server)
    ada = new Visitor(server.url, new Map(cookies.map(({ name, value }) => [name, value])))
    firm = await found(FIRM)
    club = await found(CLUB)
    browser = await openBrowser()
    context = await browser.newContext({ reducedMotion: 'reduce' })
    await context.addCookies(cookies.map((cookie) => ({ ...cookie, url: server.url })))
    page = await context.newPage()
    await page.goto(server.url)
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await installation?.remove()
  })

  it('a tab goes on writing into the organisation that it shows, whatever another tab chooses', async () => {
    await switchTo(page, FIRM)
    const second = await context.newPage()
    await second.goto(`${server.url}/keys`)
    await second.getByRole('button', { name: `Organisation: ${FIRM}` }).waitFor()
    await switchTo(page, ADMIN.name)
    const { dialog, send } = await startKey(second, 'Of the firm')
    await send()
    await dialog.getByTestId('secret').waitFor()
    expect(await keysOf(firm)).toEqual(['Of the firm'])
    await second.close()
  })

  it('a key that is shown once opens on its copy button, and Escape does not lose it', async () => {
    const { dialog, send } = await startKey(page, 'Kept')
    await send()
    await dialog.getByTestId('secret').waitFor()
    await expect.poll(() => focused(page).textContent()).toBe('Copy key')
    await page.keyboard.press('Escape')
    expect(await dialog.getByTestId('secret').isVisible()).toBe(true)
    await dialog.getByRole('button', { name: 'Done' }).click()
    await expect.poll(() => focused(page).textContent()).toBe('Create key')
  })

  it('a dialog of a menu gives the focus back to the button of the menu', async () => {
    for (const action of ['Edit', 'Disable']) {
      await page.getByRole('button', { name: 'Actions of Kept' }).press('Enter')
      await page.getByRole('menuitem', { name: action }).press('Enter')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Escape')
      await expect.poll(() => focused(page).getAttribute('aria-label')).toBe('Actions of Kept')
    }
  })

  it('what is wrong with a field stands at it, in its words, though it was folded away', async () => {
    const { dialog, send } = await startKey(page, 'Nowhere')
    await dialog.getByRole('button', { name: /Permissions, models/ }).click()
    await dialog.getByRole('combobox', { name: 'Addresses' }).fill('nowhere')
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: 'Fewer settings' }).click()
    await send()
    await dialog.getByText(/^This list must hold addresses .* "nowhere" is neither$/).waitFor()
    expect(await dialog.getByRole('combobox', { name: 'Addresses' }).isVisible()).toBe(true)
    expect(await dialog.getByRole('alert').count()).toBe(0)
    await dialog.getByRole('button', { name: 'Cancel' }).click()
  })

  it('what failed without a network is not done once there is one again', async () => {
    const { dialog, send } = await startKey(page, 'Offline')
    await context.setOffline(true)
    await send()
    await dialog.getByText('The server does not answer').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    const back = page.waitForResponse(/\/api\/dashboard\/keys/)
    await context.setOffline(false)
    await back
    expect(await keysOf()).not.toContain('Offline')
  })

  it('who no longer belongs to the organisation of a tab sees his own there, without a reload', async () => {
    await switchTo(page, CLUB)
    const gone = await ada.post('/api/auth/organization/delete', { organizationId: club })
    expect(gone.status).toBe(200)
    await show(page, '/keys')
    await page.getByRole('button', { name: `Organisation: ${ADMIN.name}` }).waitFor()
    expect(await page.getByText('There is no such organisation').count()).toBe(0)
  })

  it('an address that nobody has is told to a person by a page, and to a program by its error', async () => {
    const answer = await page.goto(`${server.url}/keys/nothing`)
    expect(answer?.status()).toBe(404)
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
    const plain = await fetch(`${server.url}/keys/nothing`)
    expect([plain.status, await plain.json()]).toMatchObject([404, { error: { code: 'not_found' } }])
  })
})
