import { readFileSync } from 'node:fs'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import {
  type Installation,
  install,
  type Server,
  startUpstream,
  testConfig,
  type Upstream,
} from '../support/claviger.ts'
import { withGeneration } from '../support/generation.ts'
import { openRaw, type RawDatabase } from '../support/ledger.ts'
import { AUTH_ROWS } from '../support/matrix-auth-rows.ts'
import { type Cell, ROWS } from '../support/matrix-rows.ts'
import { COLUMNS, type Column, makeWorld, type World } from '../support/matrix-world.ts'
import { ADMINISTRATOR, OPEN_SIGN_UP, type Person, signUp } from '../support/people.ts'
import { stopAll } from '../support/processes.ts'

const SAFE = ['GET', 'HEAD']
const MUTATING = Object.entries<Cell>({ ...ROWS, ...AUTH_ROWS }).filter(
  ([name]) => !SAFE.includes(name.split(' ', 1)[0] as string),
)
/** Whose requests carry a session and no key. */
const SESSIONS: readonly Column[] = ['own', 'member', 'admin', 'owner', 'operator']
/** Of the sign-in, but for what a provider calls, which is no browser. */
const SIGN_IN = /^POST \/api\/auth\/(?!backchannel-logout\/)/
/** What a look changes, and what stands there of it. */
const NOISY = ['rateLimit', 'nodes', 'migrations']
/** More than the lease of a delivery that is being sent, less than the wait after two that failed. */
const IDLE_MS = 60_000

const FOREIGN_PAGE = readFileSync(new URL('../support/foreign-page.html', import.meta.url))

afterAll(stopAll)

/** The browser of somebody who is signed in, with a page of ours, one of another port and one of another site. */
interface Tabs {
  readonly own: Page
  readonly foreign: readonly Page[]
}

// What refuses a foreign request stands before anything that knows a database, so one of them is enough.
describe.skipIf(!process.env.CHROMIUM)('a page of another origin, in Chromium', () => {
  let upstream: Upstream
  let installation: Installation
  let server: Server
  let world: World
  let browser: Browser
  let evil: HttpServer
  let database: RawDatabase
  const opened = new Map<string, Tabs>()

  beforeAll(async () => {
    upstream = await startUpstream()
    const config = {
      ...withGeneration(testConfig(upstream.url)),
      ...OPEN_SIGN_UP,
      balance: { of: 'organization' },
    }
    installation = await install(config, false)
    server = await installation.start(ADMINISTRATOR.environment)
    world = await makeWorld(server.url)
    for (const { organizationId } of [world, ...Object.values(world.people)])
      await world.people.operator.ask('POST', '/api/dashboard/admin/credits', {
        organizationId,
        amount: '100',
      })
    database = await openRaw(installation)
    evil = createServer((_, response) => response.setHeader('content-type', 'text/html').end(FOREIGN_PAGE))
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
    browser = await openBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    evil?.close()
    await database?.close()
    await server?.stop()
    await upstream?.stop()
    await installation?.remove()
  })

  async function tabsOf(who: string, person: Person | undefined): Promise<Tabs> {
    const known = opened.get(who)
    if (known) return known
    const context = await browser.newContext()
    for (const pair of person?.cookie.split('; ') ?? []) {
      const at = pair.indexOf('=')
      await context.addCookies([{ name: pair.slice(0, at), value: pair.slice(at + 1), url: server.url }])
    }
    const { port } = evil.address() as AddressInfo
    const pages = [`${server.url}/healthz`, `http://127.0.0.1:${port}/`, `http://localhost:${port}/`].map(
      async (url) => {
        const page = await context.newPage()
        await page.goto(url)
        return page
      },
    )
    const [own, ...foreign] = await Promise.all(pages)
    const tabs = { own: own as Page, foreign }
    opened.set(who, tabs)
    return tabs
  }

  /** All that the database says, but for what a mere look at it changes. */
  async function everything(): Promise<string> {
    const tables = await database.query<{ name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table'`,
    )
    const texts: string[] = []
    for (const { name } of tables.filter(({ name }) => !NOISY.includes(name))) {
      for (const row of await database.query(`SELECT * FROM "${name}"`)) {
        // When somebody was last seen.
        if (name === 'session') delete row.updatedAt
        texts.push(`${name} ${JSON.stringify(row)}`)
      }
    }
    return texts.sort().join('\n')
  }

  /** Until no worker and no sender of the server has anything to do for longer than a look takes. */
  async function untilIdle(): Promise<void> {
    await vi.waitFor(
      async () => {
        const busy = await database.query(
          `SELECT id FROM tasks WHERE completed_at IS NULL UNION ALL
           SELECT id FROM webhook_deliveries WHERE state = 'pending' AND next_at < ${Date.now() + IDLE_MS}`,
        )
        expect(busy).toEqual([])
      },
      { timeout: 30_000, interval: 50 },
    )
  }

  it.each(MUTATING)(
    '%s changes nothing when a page of another port or another site asks for it, and is heard when the dashboard asks',
    { timeout: 60_000 },
    async (name, { expected, request }) => {
      const [method, route] = name.split(' ') as [string, string]
      const column =
        COLUMNS.find((one) => (expected[one] ?? 999) < 300) ??
        COLUMNS.find((one) => ![401, 403].includes(expected[one] ?? 401))
      // Where the matrix knows nobody who may, somebody new may, of whom nothing else depends.
      const person = column === undefined ? await signUp(server.url, 'fresh') : personOf(world, column)
      const tabs = await tabsOf(column ?? name, person)
      const { path = route, body } = (await request?.(world)) ?? {}
      const text = body === undefined ? undefined : JSON.stringify(body)
      await untilIdle()
      const before = await everything()
      const logged = server.output().length
      const attack = `attack(${JSON.stringify({ url: server.url + path, method, body: text })})`
      await Promise.all(tabs.foreign.map((page) => page.evaluate(attack)))
      expect(await everything()).toBe(before)
      // A browser sends a POST of these forms without asking first: what stops it is the server's own guard.
      if (method === 'POST' && takesSessions(name, expected))
        await vi.waitFor(
          () => expect(codesOf(server.output().slice(logged), route)).toEqual(['cross_origin']),
          { timeout: 10_000 },
        )

      const key = column?.endsWith('Key') ? await keyOf(world) : undefined
      const [status, answer] = await tabs.own.evaluate(
        async ({ path, method, body, organizationId, key }) => {
          const headers = {
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(key === undefined
              ? { 'x-org-id': organizationId ?? '' }
              : { authorization: `Bearer ${key}` }),
          }
          const answer = await fetch(path, { method, headers, ...(body !== undefined && { body }) })
          return [answer.status, await answer.text()]
        },
        {
          path,
          method,
          body: text,
          organizationId: column === undefined ? person?.organizationId : world.organizationId,
          key,
        },
      )
      expect(answer).not.toContain('cross_origin')
      if (column !== undefined) expect(status).toBe(expected[column])
    },
  )
})

/** Whether the route is for people, by the matrix. */
function takesSessions(name: string, expected: Cell['expected']): boolean {
  return SIGN_IN.test(name) || SESSIONS.some((column) => (expected[column] ?? 999) < 300)
}

/** With which codes the server refused the POSTs to a route, by its log; 'served' for one that it did not refuse. */
function codesOf(log: string, route: string): string[] {
  const lines = log.split('\n').filter((line) => line.includes('"msg":"request"'))
  const requests = lines.map((line) => JSON.parse(line) as { method: string; route: string; code?: string })
  const path = route.replace(/\{(\w+)\}/g, ':$1')
  const ours = requests.filter((request) => request.method === 'POST' && request.route === path)
  const codes = new Set(ours.map(({ code }) => code ?? 'served'))
  // From another site the browser sends no cookie; a route that takes keys, too, misses one then.
  codes.delete('missing_authorization')
  return [...codes]
}

function personOf({ people }: World, column: Column): Person | undefined {
  return (people as Readonly<Record<string, Person | undefined>>)[column]
}

/** The text of a new key of the organisation. */
async function keyOf({ people, organizationId }: World): Promise<string> {
  const permissions = ['inference', 'keys:read', 'keys:write']
  const made = await people.own.ask('POST', '/api/v1/keys', { name: 'K', permissions }, organizationId, 201)
  return made.key
}
