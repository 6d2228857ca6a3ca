import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  type Actors,
  bodyOf,
  type Case,
  challengeOf,
  isClosed,
  type PublishedError,
  prepareActors,
  present,
  queriesOf,
  queriesSince,
  ROUTES,
  type RouteRow,
  TABLE,
  untilQuiet,
} from '../support/authentication.ts'
import { DATABASES, type Server } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import { type RawAnswer, RawConnection } from '../support/raw-http.ts'
import { until } from '../support/wire.ts'

// A start of a process takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

const CLOSED = ROUTES.filter(isClosed)
const REQUEST_ID = /^req_[0-9a-hjkmnp-tv-z]{26}$/
/** What the first request with a key may ask of the database: changes, their oldest, the key, its projects and quotas, the epoch. */
const QUERIES_FIRST = 6

const refused = TABLE.cases.filter(({ answer, setting }) => answer !== 'accepted' && !setting)
const accepted = TABLE.cases.filter(({ answer, setting }) => answer === 'accepted' && !setting)
const withXApiKey = TABLE.cases.filter(({ setting }) => setting === 'keys.xApiKeyHeader')

let cells = 0
afterAll(async () => {
  console.log(`authentication: ${cells} cells (route × way of authenticating × database) held`)
  await stopAll()
})

describe.each(DATABASES)('every way of authenticating', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let actors: Actors
    let connections: Connections

    beforeAll(async () => {
      actors = await prepareActors(postgres)
      connections = new Connections(actors.server.url)
      await quiet(actors)
      await untilQuiet(actors.server.url)
    })
    afterAll(async () => {
      connections?.close()
      await actors?.server.stop()
      await actors?.installation.remove()
    })

    it('the table has a row for every route that takes keys, and for no other', async () => {
      const described = await describedRoutes(actors.server.url)
      const rows = ROUTES.map((route) => ({ name: route.name, closed: isClosed(route) }))
      expect(described).toEqual(rows.toSorted(byName))
    })

    it('a route that the table holds to be closed states its permission in the OpenAPI document', async () => {
      const { paths } = await openApi(actors.server.url)
      for (const { name, access } of CLOSED) {
        const [method = '', path = ''] = name.split(' ')
        const { description = '', responses = {} } = paths[path]?.[method.toLowerCase()] ?? {}
        const needs = access === 'any key' ? 'Any API key.' : `Needs the permission \`${access}\`.`
        expect(description, name).toContain(needs)
        expect(Object.keys(responses), name).toEqual(expect.arrayContaining(['400', '401', '403', '503']))
      }
    })

    it.each(refused)('$title is answered $answer, to the letter, on every route', async (row) => {
      const before = await queriesOf(actors.server.url)
      await Promise.all(CLOSED.map((route) => refuses(connections, actors, route, row)))
      const spent = await queriesSince(actors.server.url, before, queriesAllowed(row))
      expect(spent, 'queries of the database').toBeLessThanOrEqual(queriesAllowed(row))
    })

    it('no credential changes what an open route answers', async () => {
      const open = [
        ...ROUTES.filter(({ access }) => access === 'open' || access === 'signed link'),
        ...['/docs', '/openapi.json'].map(documentRoute),
      ]
      await Promise.all(
        open.map(async (route) => {
          const connection = connections.of(route)
          const plain = await present(connection, route, { headers: [] }, {})
          expect(plain.status, route.name).toBe(route.access === 'signed link' ? 403 : 200)
          for (const row of TABLE.cases.filter(({ transport }) => !transport)) {
            const answer = await present(connection, route, row, actors.credentials)
            expect([answer.status, answer.body], `${route.name}: ${row.title}`).toEqual([
              plain.status,
              plain.body,
            ])
            cells++
          }
        }),
      )
    })

    it('/metrics answers 401 to everything but its own token', async () => {
      const [route] = ROUTES.filter(({ access }) => access === 'metrics.token') as [RouteRow]
      const connection = connections.of(route)
      for (const row of TABLE.cases.filter(({ transport, id }) => !transport && id !== 'metrics-token')) {
        const answer = await present(connection, route, row, actors.credentials)
        expect(answer.status, row.title).toBe(401)
        const isMissing = !row.headers.some((header) => /^authorization:/i.test(header))
        const missing = bodyOf('missing_authorization', 'openai', '', 'Missing Authorization header')
        expect(answer.body === missing, row.title).toBe(isMissing)
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="Claviger"/)
        cells++
      }
      const own = { headers: ['Authorization: Bearer {metricsToken}'] }
      expect((await present(connection, route, own, actors.credentials)).status).toBe(200)
    })

    it.each(accepted)('$title reaches every route', async (row) => {
      await Promise.all(CLOSED.map((route) => admits(connections, actors, route, row)))
    })

    describe('with keys.xApiKeyHeader', () => {
      let server: Server
      let second: Connections

      beforeAll(async () => {
        server = await actors.installation.start({ CLAVIGER_KEYS_X_API_KEY_HEADER: 'true' })
        second = new Connections(server.url)
        await untilQuiet(server.url)
      })
      afterAll(async () => {
        second?.close()
        await server?.stop()
      })

      it.each(withXApiKey)('$title is answered $answer on every route', async (row) => {
        const before = await queriesOf(server.url)
        const holds = row.answer === 'accepted' ? admits : refuses
        await Promise.all(CLOSED.map((route) => holds(second, actors, route, row)))
        if (row.queries !== 0) return
        expect(await queriesSince(server.url, before, 0), 'queries of the database').toBeLessThanOrEqual(0)
      })
    })
  })
})

/** One connection per route, so that the routes are asked at the same time. */
class Connections {
  readonly #url: string
  readonly #byRoute = new Map<string, RawConnection>()

  constructor(url: string) {
    this.#url = url
  }

  of({ name }: RouteRow): RawConnection {
    const connection = this.#byRoute.get(name) ?? new RawConnection(this.#url)
    this.#byRoute.set(name, connection)
    return connection
  }

  close(): void {
    for (const connection of this.#byRoute.values()) connection.close()
  }
}

/** None for what can never be a key; else one look at the epoch for each route, and the filling of the cache once. */
function queriesAllowed({ queries, headers }: Case): number {
  if (queries !== 'few') return 0
  const permissions = new Set(CLOSED.map(({ access }) => access)).size
  const keys = headers.some((header) => header.includes('{powerless}')) ? permissions : 1
  return CLOSED.length + keys * QUERIES_FIRST
}

/** A refusal, to the letter: status, body, and the headers that tell a client what to do. */
async function refuses(connections: Connections, actors: Actors, route: RouteRow, row: Case): Promise<void> {
  const { access } = route
  if (row.answer === 'insufficient_permission' && access === 'any key') return
  const credentials = { ...actors.credentials, powerless: actors.powerless(access) }
  const answer = await present(connections.of(route), route, row, credentials)
  const error = TABLE.errors[row.answer] as PublishedError
  const message = row.message ?? error.message.replace('{permission}', access)
  const metadata = row.answer === 'insufficient_permission' ? { permission: access } : {}
  const shape = row.transport ? 'openai' : route.shape
  const requestId = answer.headers['x-request-id'] ?? ''
  expect([answer.status, answer.body], `${route.name}: ${row.title}`).toEqual([
    error.status,
    bodyOf(row.answer, shape, requestId, message, metadata),
  ])
  expect(requestId).toMatch(REQUEST_ID)
  expect(headersOf(answer), route.name).toEqual({
    'www-authenticate': challengeOf(row.answer, access),
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'retry-after': undefined,
    'x-should-retry': undefined,
    'set-cookie': undefined,
    'access-control-allow-origin': undefined,
  })
  cells++
}

/** Let through: what the route itself says to the bare request, and the same as the plainest good header gets. */
async function admits(connections: Connections, actors: Actors, route: RouteRow, row: Case): Promise<void> {
  const connection = connections.of(route)
  const plain = { headers: ['Authorization: Bearer {good}'] }
  const expected = await present(connection, route, plain, actors.credentials)
  const answer = await present(connection, route, row, actors.credentials)
  expect(answer.status, `${route.name}: ${row.title}`).toBe(expected.status)
  expect([401, 403], route.name).not.toContain(answer.status)
  expect(answer.headers['www-authenticate']).toBeUndefined()
  // Without a body a POST says what it misses, an unknown hash that there is no such key.
  if (route.method === 'GET' && !route.path.includes('0123')) expect(answer.status, route.name).toBe(200)
  cells++
}

function headersOf(answer: RawAnswer): Record<string, string | undefined> {
  const names = [
    'www-authenticate',
    'content-type',
    'cache-control',
    'x-content-type-options',
    'retry-after',
    'x-should-retry',
    'set-cookie',
    'access-control-allow-origin',
  ]
  return Object.fromEntries(names.map((name) => [name, answer.headers[name]]))
}

interface Operation {
  readonly security?: readonly unknown[]
  readonly description?: string
  readonly responses?: Readonly<Record<string, unknown>>
}

async function openApi(url: string): Promise<{ paths: Record<string, Record<string, Operation>> }> {
  return (await (await fetch(`${url}/openapi.json`)).json()) as Awaited<ReturnType<typeof openApi>>
}

/** But those of people who are signed in, whom the matrix of who may call what is about. */
async function describedRoutes(url: string): Promise<{ name: string; closed: boolean }[]> {
  const { paths } = await openApi(url)
  const ofKeys = Object.entries(paths).filter(([path]) => !/^\/api\/(auth|dashboard)\//.test(path))
  const routes = ofKeys.flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      closed: security !== undefined,
    })),
  )
  return routes.toSorted(byName)
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1
}

function documentRoute(path: string): RouteRow {
  return { name: `GET ${path}`, method: 'GET', path, access: 'open', shape: 'openai' }
}

/** Waits until the uses of the preparation are written, so that every query counted later belongs to its request. */
async function quiet(actors: Actors): Promise<void> {
  const now = Date.now()
  await actors.manager.get('/api/v1/key')
  await until('the last use of the manager key', async () => {
    const rows = await actors.installation.admin<{ last_used: string | null }[]>('admin', 'keys', 'list')
    return rows.some(({ last_used }) => last_used !== null && Date.parse(last_used) >= now) || undefined
  })
}
