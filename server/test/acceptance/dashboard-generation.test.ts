import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, openBrowser, overflow, show, turn, watch } from '../support/browser.ts'
import { DATABASES, type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { becomeAdmin } from '../support/dashboard.ts'
import { withGeneration } from '../support/generation.ts'
import { stopAll } from '../support/processes.ts'
import { type Sink, startSink } from '../support/sink.ts'
import { until } from '../support/wire.ts'

const WIDE = { width: 1280, height: 860 }
const PHONE = { width: 390, height: 844 }
const SLOW_MS = 120_000
const PROMPT = 'A lighthouse at dusk, in watercolour'

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent || !process.env.CHROMIUM)(`generation in the dashboard, on ${name}`, () => {
    let installation: Installation
    let server: Server
    let sink: Sink
    let browser: Browser
    let page: Page
    let faults: string[]
    let task: string

    const picture = () => page.getByRole('img', { name: PROMPT })
    // What the screens look like has nothing to do with the database.
    const faultsHere = async () => (postgres ? [] : accessibilityFaults(page))
    const widthOf = () =>
      picture().evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)
    const generateHere = async (prompt: string) => {
      await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt)
      await page.getByRole('button', { name: 'Generate' }).click()
    }
    const rowOf = (text: string) => page.getByRole('row').filter({ hasText: text })

    beforeAll(async () => {
      sink = await startSink()
      const outbound = { allowHttp: true, allowCidrs: ['127.0.0.1/32'], ports: [sink.port] }
      const config = withGeneration(
        // One at a time, so that a second task waits where it can be called back.
        testConfig('http://127.0.0.1:9/v1', { outbound, tasks: { concurrency: 1 }, http: { drainMs: 200 } }),
      )
      installation = await install(config, postgres)
      server = await installation.start()
      browser = await openBrowser()
      const context = await browser.newContext({ viewport: WIDE, reducedMotion: 'reduce' })
      const cookies = await becomeAdmin(server)
      await context.addCookies(cookies.map((cookie) => ({ ...cookie, url: server.url })))
      page = await context.newPage()
      faults = watch(page)
    }, 90_000)
    afterAll(async () => {
      await browser?.close()
      await server?.stop()
      await sink?.close()
      await installation?.remove()
    })

    it('the secret of a webhook endpoint is shown once, and beside it a receiver that checks it', async () => {
      await page.goto(`${server.url}/webhooks`)
      await page.getByRole('button', { name: 'Add endpoint' }).first().click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('textbox', { name: 'URL' }).fill(sink.url('/hook'))
      await dialog.getByRole('button', { name: 'Add endpoint' }).click()
      const secret = (await dialog.getByTestId('secret').textContent()) ?? ''
      expect(secret).toMatch(/^whsec_/)
      expect(await dialog.getByRole('tabpanel').textContent()).toContain(secret)
      await dialog.getByRole('button', { name: 'Done' }).click()
      await rowOf(sink.url('/hook')).getByText('active').waitFor()
      await page.reload()
      await rowOf(sink.url('/hook')).waitFor()
      expect(await page.content()).not.toContain(secret)
    })

    it('a generation from the playground ends with its picture on the page', async () => {
      await page.getByRole('link', { name: 'Playground' }).click()
      await page.getByRole('radio', { name: 'Image' }).locator('xpath=following-sibling::label').click()
      await generateHere(PROMPT)
      await picture().waitFor()
      await until('the picture’s pixels', async () => (await widthOf()) > 0)
    })

    it('the task stands in the list, and its page shows what it made, what it cost and how it went', async () => {
      await page.getByRole('link', { name: 'Tasks', exact: true }).click()
      await rowOf(PROMPT).getByText('completed').waitFor()
      await page.getByRole('link', { name: PROMPT }).click()
      await picture().waitFor()
      await until('the picture’s pixels', async () => (await widthOf()) > 0)
      await page.getByText('0.01 credits').waitFor()
      await page.getByText('Sent to the provider').waitFor()
      task = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    })

    it('its delivery arrives and stands in the log with the answer, and arrives again when it is sent again', async () => {
      const first = await sink.wait('the delivery', ({ json }) => json.task_id === task)
      sink.answer((response) => void response.end('once more, thanks'))
      await rowOf('task.completed').getByText('delivered').waitFor()
      await page.getByRole('button', { name: 'task.completed' }).click()
      const drawer = page.getByRole('dialog')
      await drawer.getByText('thanks', { exact: true }).waitFor()
      await drawer.getByRole('button', { name: 'Send again' }).click()
      await drawer.getByText('once more, thanks').waitFor()
      const ids = sink.received
        .filter(({ json }) => json.task_id === task)
        .map(({ headers }) => headers['webhook-id'])
      expect(ids).toEqual([first.headers['webhook-id'], first.headers['webhook-id']])
      await drawer.getByRole('button', { name: 'Close' }).click()
    })

    it('a task that fails says why, and that nothing was charged', async () => {
      await show(page, '/playground?kind=image')
      await generateHere('A cat #sandbox {"refuse": "No cats here"}')
      await page
        .getByRole('alert')
        .getByText(/No cats here.*Nothing was charged/)
        .waitFor()
    })

    it('a task that waits is called back by a click, and costs nothing', async () => {
      await generateHere('A storm #sandbox {"delayMs": 60000}')
      await page.getByText('The provider works on it.').waitFor()
      await generateHere('A calm')
      await page.getByRole('article', { name: 'A calm' }).getByRole('link', { name: 'Details' }).click()
      await page.getByRole('button', { name: 'Cancel task' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel task' }).click()
      await page.getByText('It was cancelled').waitFor()
      await page.getByText('0 credits').waitFor()
    })

    it('the screens are accessible, quiet, within their policy and no wider than a phone', {
      timeout: SLOW_MS,
    }, async () => {
      const found: Record<string, unknown[]> = {}
      const paths = [
        '/tasks',
        `/tasks/${task}`,
        '/webhooks',
        '/webhooks?tab=deliveries',
        '/playground?kind=image',
      ]
      for (const path of paths) {
        await page.setViewportSize(WIDE)
        await turn(page, 'light')
        await show(page, path)
        const inLight = await faultsHere()
        await page.setViewportSize(PHONE)
        await turn(page, 'dark')
        const all = [...faults.splice(0), ...inLight, ...(await faultsHere())]
        const wider = await overflow(page)
        if (wider > 0) all.push(`${wider} pixels too wide`)
        if (all.length > 0) found[path] = all
      }
      expect(found).toEqual({})
    })
  })
}
