// Looks at every screen of the dashboard as a person would: light and dark, wide and on a phone.
// node scripts/run.mjs server/test/screens.ts [folder] [part of a path …]
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { accessibilityFaults, openBrowser, overflow, watch } from './support/browser.ts'
import { install, type Server, startUpstream, testConfig } from './support/claviger.ts'
import { becomeAdmin, DOORS, SCREENS } from './support/dashboard.ts'

const [folder = '/tmp/shots', ...parts] = process.argv.slice(2)
const LOOKS = [
  { name: 'light-1280', colorScheme: 'light', viewport: { width: 1280, height: 860 } },
  { name: 'dark-1280', colorScheme: 'dark', viewport: { width: 1280, height: 860 } },
  { name: 'light-390', colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { name: 'dark-390', colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const

type Cookies = { name: string; value: string }[]

mkdirSync(folder, { recursive: true })
const upstream = await startUpstream()
const installation = await install(testConfig(upstream.url))
const server = await installation.start()
const browser = await openBrowser()
let faults = 0
try {
  const cookies = await becomeAdmin(server)
  await furnish(server, cookies)
  for (const { name, ...look } of LOOKS) {
    await visit(browser, DOORS, name, look, [])
    await visit(browser, SCREENS, name, look, cookies)
  }
} finally {
  await browser.close()
  await server.stop()
  await upstream.stop()
  await installation.remove()
}
console.log(`${faults} faults; pictures in ${folder}`)
process.exitCode = faults > 0 ? 1 : 0

async function visit(
  browser: Browser,
  paths: readonly string[],
  look: string,
  options: BrowserContextOptions,
  cookies: Cookies,
): Promise<void> {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' })
  await context.addCookies(cookies.map((cookie) => ({ ...cookie, url: server.url })))
  const page = await context.newPage()
  const complaints = watch(page)
  for (const path of paths.filter(
    (path) => parts.length === 0 || parts.some((part) => path.includes(part)),
  )) {
    await page.goto(server.url + path)
    await page.locator('h1').first().waitFor()
    await page.waitForLoadState('networkidle')
    const wider = await overflow(page)
    const found = [...complaints.splice(0), ...(await accessibilityFaults(page))]
    if (wider > 0) found.push(`the page is ${wider} pixels wider than its window`)
    const file = `${path.split('?')[0]?.replaceAll('/', '_')}-${look}.png`
    await page.screenshot({ path: join(folder, file), fullPage: true })
    for (const fault of found) console.log(`${path} ${look}: ${fault}`)
    faults += found.length
  }
  await context.close()
}

/** Some keys, projects and requests, so that there is something to see. */
async function furnish({ url }: Server, cookies: Cookies): Promise<void> {
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const post = async (path: string, body: object, headers: object = { cookie, origin: url }) => {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as { key: string; data: { id: string } }
  }
  const project = (await post('/api/dashboard/projects', { name: 'Support assistant' })).data.id
  const week = new Date(Date.now() + 604_800_000).toISOString()
  const keys = await Promise.all([
    post('/api/v1/keys', { name: 'Billing service, production', limit: 20, limit_reset: 'monthly' }),
    post('/api/v1/keys', { name: 'Nightly evaluation of the support assistant', project_id: project }),
    post('/api/v1/keys', { name: 'Notebook', limit: 0.00004, expires_at: week }),
  ])
  const messages = [{ role: 'user', content: 'Hello' }]
  for (const { key } of keys) {
    await post('/v1/chat/completions', { model: 'chat', messages }, { authorization: `Bearer ${key}` }).catch(
      () => {},
    )
  }
}
