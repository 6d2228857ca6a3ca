import { readFileSync } from 'node:fs'
import { type Installation, install, type Server, testConfig } from './claviger.ts'
import { openDatabase } from './database.ts'
import { inventKey, spoiltKeys } from './key-text.ts'
import { MAIN, runNode } from './processes.ts'
import { type RawAnswer, type RawConnection, requestBytes } from './raw-http.ts'
import { type Caller, caller, until } from './wire.ts'

/** docs/reference/authentication.json: what the documentation promises and the tests compare with. */
export interface AuthenticationTable {
  readonly routes: Readonly<Record<string, string>>
  readonly shapes: readonly { readonly paths: string; readonly shape: Shape }[]
  readonly errors: Readonly<Record<string, PublishedError>>
  readonly credentials: Readonly<Record<string, string>>
  readonly cases: readonly Case[]
}

export type Shape = 'openai' | 'envelope' | 'router'

export interface PublishedError {
  readonly status: number
  readonly message: string
  readonly type: string
  readonly envelope: string
  readonly router: string
  /** The RFC 6750 error of the challenge; empty for the bare challenge, absent for none. */
  readonly challenge?: string
}

export interface Case {
  readonly id: string
  readonly title: string
  readonly setting?: string
  readonly headers: readonly string[]
  readonly query?: string
  readonly body?: string
  readonly encoding?: 'latin1'
  /** A code of the errors, or `accepted`. */
  readonly answer: string
  readonly message?: string
  /** Refused by the parser of HTTP, before there is a route. */
  readonly transport?: boolean
  /** Queries of the database: none, or a few for the first such request and less for each after it. */
  readonly queries?: 0 | 'few'
}

export const TABLE = JSON.parse(
  readFileSync(new URL('../../../docs/reference/authentication.json', import.meta.url), 'utf8'),
) as AuthenticationTable

export interface RouteRow {
  /** As in the table: `GET /v1/models`. */
  readonly name: string
  readonly method: string
  readonly path: string
  readonly access: string
  readonly shape: Shape
}

export const ROUTES: readonly RouteRow[] = Object.entries(TABLE.routes).map(([name, access]) => {
  const [method = '', template = ''] = name.split(' ')
  const path = template
    .replace('{hash}', '0123456789abcdef0123456789abcdef')
    .replace('{model}', 'chat')
    .replace('{id}', 'gen_0123456789')
    .replace(/\{\w+\}/g, 'none')
  return { name, method, path, access, shape: shapeOf(path) }
})

/** Whether it asks for a key; a link is signed for itself. */
export const isClosed = ({ access }: RouteRow): boolean =>
  !['open', 'metrics.token', 'signed link'].includes(access)

export function shapeOf(path: string): Shape {
  return TABLE.shapes.find(({ paths }) => new RegExp(paths).test(path))?.shape ?? 'openai'
}

/** The exact text of an error's body. `{permission}` in its message is filled in by the caller. */
export function bodyOf(
  code: string,
  shape: Shape,
  requestId: string,
  message: string,
  metadata: object = {},
): string {
  const error = TABLE.errors[code] as PublishedError
  const bodies = {
    openai: { error: { message, type: error.type, code, param: null }, detail: message },
    envelope: { data: null, error: { code: error.envelope, message } },
    router: {
      error: {
        code: error.status,
        message,
        metadata: { error_type: error.router, error_code: code, ...metadata },
      },
      requestId,
    },
  }
  return JSON.stringify(bodies[shape])
}

/** The exact challenge; undefined where there must be none. */
export function challengeOf(code: string, permission: string): string | undefined {
  const { challenge } = TABLE.errors[code] as PublishedError
  if (challenge === undefined) return undefined
  const reason = challenge && `, error="${challenge}"`
  const scope = challenge === 'insufficient_scope' ? `, scope="${permission}"` : ''
  return `Bearer realm="Claviger"${reason}${scope}`
}

export const METRICS_TOKEN = 'metrics-token-for-tests'

/**
 * How many statements came since `before`. One of the node's own that is under way shows until it has come back, so a
 * number above what is allowed is looked at again.
 */
export async function queriesSince(url: string, before: number, allowed: number): Promise<number> {
  let spent = (await queriesOf(url)) - before
  for (let look = 0; spent > allowed && look < 20; look++) {
    await new Promise((next) => setTimeout(next, 50))
    spent = (await queriesOf(url)) - before
  }
  return spent
}

/** Waits until a server that has just started has asked its database all that it asks then. */
export async function untilQuiet(url: string): Promise<void> {
  let before = -1
  await until('a server that asks its database nothing', async () => {
    const now = await queriesOf(url)
    const isQuiet = now === before
    before = now
    if (!isQuiet) await new Promise((next) => setTimeout(next, 700))
    return isQuiet || undefined
  })
}

/** How many statements the server has sent to its database so far. */
export async function queriesOf(url: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
  const match = /^claviger_database_queries_total (\d+)$/m.exec(await answer.text())
  if (!match) throw new Error('/metrics has no claviger_database_queries_total')
  return Number(match[1])
}

export interface Actors {
  readonly installation: Installation
  readonly server: Server
  readonly manager: Caller
  readonly good: string
  /** The credentials of the table by name; `powerless` depends on the route. */
  readonly credentials: Readonly<Record<string, string>>
  powerless(permission: string): string
}

const PERMISSIONS = ['inference', 'usage:read', 'keys:read', 'keys:write', 'keys:verify']
const address = (name: string): string => `${name}@example.com`

/** An installation, its server, and keys in every state that a key can be in. */
export async function prepareActors(
  postgres: boolean,
  upstreamUrl = 'http://127.0.0.1:9/v1',
  config: object = {},
): Promise<Actors> {
  const installation = await install(testConfig(upstreamUrl, config), postgres)
  const create = async (user: string, env: NodeJS.ProcessEnv = {}, permissions = PERMISSIONS) => {
    const args = [
      'admin',
      'keys',
      'create',
      '--user',
      address(user),
      '--permissions',
      permissions.join(),
      '--json',
    ]
    const { stdout, stderr } = await runNode([MAIN, ...args], { ...installation.env, ...env })
    if (stdout === '') throw new Error(stderr)
    return JSON.parse(stdout) as { key: string; hash: string }
  }
  const createUser = async (name: string) => {
    await installation.admin('admin', 'users', 'create', '--email', address(name), '--name', name)
    return create(name)
  }
  // Two lanes: a start costs a second of a core, and ten at once would not be ready in time on a small machine.
  const [[server, orphan], [first, staging, suspended, frozen]] = await Promise.all([
    lane([() => installation.start(), () => createUser('orphan')] as const),
    lane([
      () => createUser('owner'),
      () => create('owner', { CLAVIGER_ENVIRONMENT: 'staging' }),
      () => createUser('suspended'),
      () => createUser('frozen'),
    ] as const),
  ])
  const manager = caller(server.url, first.key)
  const make = async (body: object) => {
    const answer = await manager.post('/api/v1/keys', { name: 'Test', permissions: PERMISSIONS, ...body })
    return (await answer.json()) as { key: string; data: { hash: string } }
  }
  // Only the operator can give the last permission that there is.
  const [good, other, revoked, disabled, expired, elsewhere, ...powerless] = await Promise.all([
    create('owner', {}, [...PERMISSIONS, 'credits:write']),
    make({}),
    make({}),
    make({}),
    // It must not be over before it is made, beside the start of a process.
    make({ expires_at: new Date(Date.now() + 4000).toISOString() }),
    make({ allowed_cidrs: ['203.0.113.0/24', '2001:db8::/32'] }),
    ...PERMISSIONS.map((left) => make({ permissions: PERMISSIONS.filter((name) => name !== left) })),
  ])
  const key = (made: { key: string } | undefined) => made?.key as string
  await manager.send('DELETE', `/api/v1/keys/${revoked?.data.hash}`)
  await manager.send('PATCH', `/api/v1/keys/${disabled?.data.hash}`, { disabled: true })
  await installation.admin('admin', 'users', 'suspend', address('suspended'))
  const database = await openDatabase(installation)
  // There is no command for these two yet; the triggers of the tables must do whoever writes.
  await database.query(`UPDATE organization SET status = 'suspended' WHERE id =
    (SELECT organization_id FROM keys WHERE id = '${frozen.hash}')`)
  await database.query(
    `DELETE FROM member WHERE "userId" = (SELECT user_id FROM keys WHERE id = '${orphan.hash}')`,
  )
  const [row] = await database.query(`SELECT digest FROM key_secrets WHERE key_id = '${good.hash}'`)
  await database.close()
  await until('the end of a key', async () => {
    const answer = await caller(server.url, key(expired)).get('/api/v1/key')
    return answer.status === 401 || undefined
  })
  return {
    installation,
    server,
    manager,
    good: good.key,
    powerless: (permission) => key(powerless[Math.max(0, PERMISSIONS.indexOf(permission))]),
    credentials: {
      ...spoiltKeys(good.key),
      good: good.key,
      other: key(other),
      hash: good.hash,
      digest: String(row?.digest),
      revoked: key(revoked),
      disabled: key(disabled),
      expired: key(expired),
      staging: staging.key,
      suspended: suspended.key,
      suspendedOrganization: frozen.key,
      orphan: orphan.key,
      elsewhere: key(elsewhere),
      unknown: inventKey('cvg'),
      jwt: 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29tL3JlYWxtcy9tYWluIiwic3ViIjoiMSIsImF1ZCI6ImNsYXZpZ2VyIiwiZXhwIjo0MTAyNDQ0ODAwfQ.c2lnbmF0dXJlLXRoYXQtbm9ib2R5LWNoZWNrcw',
      session: 'Vw6Q0gqYb0zYl6Jm1W1w8Jd2mE3kT5rX.Zk9vUq2u0kqg6m3l1VxP7j2H0aD5c8yB%3D',
      kilobytes8: 'a'.repeat(8000),
      kilobytes17: 'a'.repeat(17_000),
      metricsToken: METRICS_TOKEN,
    },
  }
}

/** One after the other. */
async function lane<T extends readonly (() => Promise<unknown>)[]>(
  steps: T,
): Promise<{ -readonly [I in keyof T]: Awaited<ReturnType<T[I]>> }> {
  const results: unknown[] = []
  for (const step of steps) results.push(await step())
  return results as { -readonly [I in keyof T]: Awaited<ReturnType<T[I]>> }
}

/** Sends a case to a route, byte for byte. */
export async function present(
  connection: RawConnection,
  route: RouteRow,
  { headers, query, body, encoding }: Pick<Case, 'headers' | 'query' | 'body' | 'encoding'>,
  credentials: Readonly<Record<string, string>>,
): Promise<RawAnswer> {
  const fill = (text: string) =>
    text.replace(/\{([A-Za-z0-9]+)\}/g, (whole, name: string) => credentials[name] ?? whole)
  const target = query === undefined ? route.path : `${route.path}?${fill(query)}`
  return connection.request(
    requestBytes(route.method, target, headers.map(fill), fill(body ?? ''), encoding ?? 'utf8'),
  )
}
