/** What a client of the wire needs in acceptance tests: requests with a key, its usage rows, and waiting with a limit. */
import { type Installation, install, type Server, startUpstream, type Upstream } from './claviger.ts'
import { inventKey } from './key-text.ts'

export interface UsageRow {
  id: string
  created_at: string
  finished_at: string
  model: string
  endpoint: string
  key: string
  end_user: string | null
  project_id: string | null
  provider: string | null
  status: number
  outcome: string
  error_code: string | null
  streamed: boolean
  input_tokens: number
  cached_tokens: number
  output_tokens: number
  reasoning_tokens: number
  units: number
  cost: string
  cost_credits: string
  cost_basis: string
  attempts: number
  first_byte_ms: number | null
}

export interface Page {
  items: UsageRow[]
  pagination: { page: number; per_page: number; total: number; total_pages: number }
}

export type Json = Record<string, unknown>

export interface Caller {
  readonly key: string
  /** A string is sent as it is. */
  post(path: string, body: unknown, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  get(path: string): Promise<Response>
  /** The JSON of a good answer. @throws Error with the answer otherwise */
  read<T = Json>(path: string): Promise<T>
  usage(query?: string): Promise<Page>
  /** The row of a request, as soon as there is one. */
  row(requestId: string): Promise<UsageRow>
}

export function caller(url: string, key: string): Caller {
  const send = (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    signal: AbortSignal | null = null,
  ): Promise<Response> =>
    fetch(url + path, {
      method,
      signal,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  const read = async <T>(path: string): Promise<T> => {
    const response = await send('GET', path)
    const text = await response.text()
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${text}`)
    return JSON.parse(text) as T
  }
  const usage = async (query = ''): Promise<Page> => (await read<{ data: Page }>(`/v1/usage?${query}`)).data
  return {
    key,
    post: (path, body, headers, signal) => send('POST', path, body, headers, signal),
    send,
    get: (path) => send('GET', path),
    read,
    usage,
    row: (requestId) =>
      until(`the row of ${requestId}`, async () => {
        const { items } = await usage('per_page=100')
        return items.find(({ id }) => id === requestId)
      }),
  }
}

export interface Stage {
  readonly upstream: Upstream
  readonly installation: Installation
  readonly server: Server
  /** A user's key with every permission. */
  readonly owner: Caller
  /** Another key of the same user, made over HTTP: an operator's command costs a second of a processor. */
  makeKey(body: Json): Promise<Caller & { readonly hash: string }>
  close(): Promise<void>
}

export const OWNER = 'owner@example.com'

/** A user by the operator's commands, and a key of his with every permission that a client needs. */
export async function makeUser(
  { admin }: Installation,
  email: string,
): Promise<{ key: string; hash: string }> {
  await admin('admin', 'users', 'create', '--email', email, '--name', 'Somebody')
  const permissions = 'inference,usage:read,keys:read,keys:write'
  return admin('admin', 'keys', 'create', '--user', email, '--permissions', permissions)
}

/** A project of a user, by the operator's command. */
export async function makeProject({ admin }: Installation, email: string): Promise<string> {
  const made = await admin<{ id: string }>(
    'admin',
    'projects',
    'create',
    '--user',
    email,
    '--name',
    'Project',
  )
  return made.id
}

/** A provider, an installation that forwards to it, its server, and a user with a key. */
export async function openStage(config: (upstreamUrl: string) => object, postgres: boolean): Promise<Stage> {
  const upstream = await startUpstream()
  const installation = await install(config(upstream.url), postgres)
  const { key } = await makeUser(installation, OWNER)
  const server = await installation.start()
  await untilAwake(server.url)
  const owner = caller(server.url, key)
  const makeKey = async (body: Json) => {
    const response = await owner.post('/api/v1/keys', { name: 'Another', ...body })
    const made = (await response.json()) as { key: string; data: { hash: string } }
    if (response.status !== 201) throw new Error(JSON.stringify(made))
    return { ...caller(server.url, made.key), hash: made.data.hash }
  }
  const close = async () => {
    await server.stop()
    await upstream.stop()
    await installation.remove()
  }
  return { upstream, installation, server, owner, makeKey, close }
}

/** The id under which an answer's row stands. */
export function requestIdOf(response: Response): string {
  return response.headers.get('x-request-id') ?? ''
}

const LIMIT_MS = 15_000
const PAUSE_MS = 20

/** Asks again and again until there is an answer. @throws Error when there is none within the limit */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  limitMs = LIMIT_MS,
): Promise<T> {
  const end = Date.now() + limitMs
  for (;;) {
    const found = await ask()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(`${what} did not come within ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
}

/**
 * Resolves when a server that has just started has looked a key up, one that nobody issued. On a machine that is busy
 * with other tests the first look-up may take longer than a client is kept waiting, and be 503.
 *
 * @param prefix of the server's keys
 */
export async function untilAwake(url: string, prefix = 'cvg'): Promise<void> {
  const nobody = caller(url, inventKey(prefix))
  await until(
    'an answer about a key',
    async () => (await nobody.get('/v1/models')).status === 401 || undefined,
  )
}

/** How long a node of PostgreSQL may take to hear of what another process changed, whatever fails (DESIGN section 6). */
export const HEARD_MOST_MS = 5000

/**
 * Resolves when a server has heard of a change that another process made: an operator's command, another node. On SQLite
 * that is at once, since the promise there is the next request. A node of PostgreSQL is told by a message, which comes
 * when the machine gets to it. What holds from then on is for the test to say.
 *
 * @throws Error when the server has not heard within the bound
 */
export async function untilHeard(
  postgres: boolean,
  what: string,
  hasHeard: () => Promise<boolean>,
): Promise<void> {
  if (postgres) await until(what, async () => (await hasHeard()) || undefined, HEARD_MOST_MS)
}

/** The JSON data of every event of a stream's text. */
export function eventsOf(text: string): Json[] {
  return text
    .split(/\r?\n\r?\n/)
    .map((event) => event.split(/\r?\n/).filter((line) => line.startsWith('data:')))
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => line.slice(5).trim()).join('\n'))
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data) as Json)
}
