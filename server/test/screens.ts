// Looks at every screen of the dashboard as a person would: light and dark, wide and on a phone.
// node scripts/run.mjs server/test/screens.ts [folder] [part of a path …]
// On PostgreSQL where TEST_DATABASE_URL is set, else on SQLite. With --docs it takes the pictures of docs/pictures instead.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { accessibilityFaults, openBrowser, overflow, show, watch } from './support/browser.ts'
import { install, startUpstream } from './support/claviger.ts'
import { becomeAdmin, DOORS, SCREENS } from './support/dashboard.ts'
import { furnish, furnishedConfig } from './support/furnish.ts'
import { startSink } from './support/sink.ts'

const forDocs = process.argv.includes('--docs')
const [folder = '/tmp/shots', ...parts] = process.argv.slice(2).filter((argument) => argument !== '--docs')
const WIDE = { width: 1280, height: 860 }
const PHONE = { width: 390, height: 844 }
const LOOKS = [
  { name: 'light-1280', colorScheme: 'light', viewport: WIDE },
  { name: 'dark-1280', colorScheme: 'dark', viewport: WIDE },
  { name: 'light-390', colorScheme: 'light', viewport: PHONE },
  { name: 'dark-390', colorScheme: 'dark', viewport: PHONE },
] as const

/** A screen, or what opens on it. */
interface View {
  readonly name: string
  readonly path: string
  readonly open?: (page: Page) => Promise<void>
}

type Cookies = { name: string; value: string }[]

const press = (name: string) => async (page: Page) => {
  await page.getByRole('button', { name }).first().click()
  await page.getByRole('dialog').waitFor()
}

const pressAndChoose = (name: string, field: string, choice: string | RegExp) => async (page: Page) => {
  await press(name)(page)
  await page.getByRole('combobox', { name: field }).click()
  await page.getByRole('option', { name: choice }).click()
}

const upstream = await startUpstream()
const sink = await startSink()
const config = furnishedConfig(upstream.url, sink.port)
const installation = await install(config, Boolean(process.env.TEST_DATABASE_URL))
const server = await installation.start()
const browser = await openBrowser()
let faults = 0
try {
  const cookies = await becomeAdmin(server)
  const task = await furnish(installation, server, cookies, sink)
  if (forDocs) await illustrate(task, cookies)
  else {
    mkdirSync(folder, { recursive: true })
    for (const { name, ...look } of LOOKS) {
      await visit(DOORS.map(viewOf), name, look, [])
      await visit([...SCREENS.map(viewOf), ...openedViews(task)], name, look, cookies)
    }
    console.log(`${faults} faults; pictures in ${folder}`)
  }
} finally {
  await browser.close()
  await server.stop()
  await sink.close()
  await upstream.stop()
  await installation.remove()
}
process.exitCode = faults > 0 ? 1 : 0

function viewOf(path: string): View {
  return { name: path.split('?')[0]?.replaceAll('/', '_') ?? '_', path }
}

function openedViews(task: string): View[] {
  return [
    { name: '_task', path: `/tasks/${task}` },
    { name: '_deliveries', path: '/webhooks?tab=deliveries' },
    { name: '_delivery', path: '/webhooks?tab=deliveries', open: press('task.completed') },
    { name: '_endpoint', path: '/webhooks', open: press('Add endpoint') },
    { name: '_image', path: '/playground?kind=image' },
    { name: '_made', path: '/playground?kind=image', open: makePicture },
    { name: '_code', path: '/playground?kind=image', open: press('Code') },
    { name: '_sound', path: '/playground?kind=audio' },
    { name: '_model', path: '/admin/models', open: pressAndChoose('Add model', 'Kind', 'Video') },
    { name: '_provider', path: '/admin/providers', open: pressAndChoose('Add provider', 'Speaks', /^HTTP/) },
    { name: '_key', path: '/keys', open: press('Create key') },
  ]
}

async function makePicture(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Prompt' }).fill('A harbour in fog')
  await page.getByRole('button', { name: 'Generate' }).click()
  await page.getByRole('img', { name: 'A harbour in fog' }).waitFor()
}

async function open(options: BrowserContextOptions, cookies: Cookies): Promise<Page> {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' })
  await context.addCookies(cookies.map((cookie) => ({ ...cookie, url: server.url })))
  return context.newPage()
}

async function arrive(page: Page, path: string): Promise<void> {
  await page.goto(server.url + path)
  await page.locator('h1').first().waitFor()
  await show(page, path)
  await page.waitForLoadState('networkidle')
}

async function visit(
  views: readonly View[],
  look: string,
  options: BrowserContextOptions,
  cookies: Cookies,
): Promise<void> {
  const page = await open(options, cookies)
  const complaints = watch(page)
  const wanted = (view: View) => parts.length === 0 || parts.some((part) => view.name.includes(part))
  for (const view of views.filter(wanted)) {
    await arrive(page, view.path)
    await view.open?.(page)
    await page.waitForLoadState('networkidle')
    const wider = await overflow(page)
    const found = [...complaints.splice(0), ...(await accessibilityFaults(page))]
    if (wider > 0) found.push(`the page is ${wider} pixels wider than its window`)
    await page.screenshot({ path: join(folder, `${view.name}-${look}.png`), fullPage: !view.open })
    for (const fault of found) console.log(`${view.name} ${look}: ${fault}`)
    faults += found.length
  }
  await page.context().close()
}

/** The few pictures that the README and the documents show. */
async function illustrate(task: string, cookies: Cookies): Promise<void> {
  const place = fileURLToPath(new URL('../../docs/pictures', import.meta.url))
  mkdirSync(place, { recursive: true })
  const page = await open({ colorScheme: 'light', viewport: WIDE }, cookies)
  const views = { overview: '/', keys: '/keys', usage: '/usage', task: `/tasks/${task}` }
  for (const [name, path] of Object.entries(views)) {
    await arrive(page, path)
    await page.screenshot({ path: join(place, `${name}.png`) })
  }
  await page.context().close()
}
