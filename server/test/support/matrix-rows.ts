import { COLUMNS, type Column, type World } from './matrix-world.ts'
import { until } from './wire.ts'

/** By column; who is absent does not ask. */
export type Statuses = Readonly<Partial<Record<Column, number>>>

export const NO_KEYS = [401, 401, 401, 401, 401]

/** In the order of the columns. */
export function row(...statuses: readonly number[]): Statuses {
  return Object.fromEntries(COLUMNS.map((column, index) => [column, statuses[index]]))
}

/** For members of the organisation that the request names; everybody is one of some. */
const member = (ok = 200) => row(401, ok, ok, ok, ok, ok, 404, 403, ok, ...NO_KEYS)
/** For owners and admins of it; everybody is the owner of his own. */
const manager = (ok = 200) => row(401, 403, 403, ok, ok, ok, 404, 403, ok, ...NO_KEYS)
/** An object of one member. */
const object = (ok = 200) => row(401, ok, 404, ok, ok, 404, 404, 403, 404, ...NO_KEYS)
/** An object that owners and admins manage. */
const managed = (ok = 200) => row(401, 403, 403, ok, ok, 404, 404, 403, 404, ...NO_KEYS)
/** The same, told to those who do not as if there were none. */
const unseen = (ok = 200) => row(401, 404, 404, ok, ok, 404, 404, 403, 404, ...NO_KEYS)
const operator = (ok = 200) => row(401, 403, 403, 403, 403, 403, 403, 403, ok, ...NO_KEYS)
/** For whoever is signed in. */
const person = (ok = 200) => row(401, ok, ok, ok, ok, ok, ok, 403, ok, ...NO_KEYS)
export const open = (ok = 200) => row(...COLUMNS.map(() => ok))
/** For keys that hold the permission, which ours do. */
const key = (ok = 200) => row(401, 401, 401, 401, 401, 401, 401, 401, 401, ok, ok, ok, ok, 403)
const keysOrMember = (ok = 200) => row(401, ok, ok, ok, ok, ok, 404, 403, ok, ok, ok, ok, ok, 403)
const keysOrOwner = (ok = 200) => row(401, ok, 404, ok, ok, 404, 404, 403, 404, ok, 404, ok, 404, 403)

export interface Cell {
  readonly expected: Statuses
  /** Its path, without what the route's says already, and its body; a new one for every caller. */
  readonly request?: (world: World) => Promise<{ readonly path?: string; readonly body?: unknown }>
}

export const cell = (expected: Statuses, body?: unknown, path?: string): Cell => ({
  expected,
  request: async () => ({ ...(path !== undefined && { path }), ...(body !== undefined && { body }) }),
})
export const about = (
  expected: Statuses,
  pathOf: (world: World) => Promise<string> | string,
  body?: unknown,
): Cell => ({
  expected,
  request: async (world) => ({ path: await pathOf(world), ...(body !== undefined && { body }) }),
})

const CHAT = { model: 'chat', messages: [{ role: 'user', content: 'Hi' }] }
const RESPONSE = { model: 'chat', input: 'Hi', stream: false }
const EMBEDDING = { model: 'embed', input: 'Hi' }
const PLAN = { name: 'Plan', rank: 1, tools: null, models: null, quotas: [] }
const ADMIN = '/api/dashboard/admin'

const oneKey = async (world: World) => `/api/v1/keys/${await world.makeKey()}`
const oneProject = ({ project }: World) => `/api/dashboard/projects/${project}`
const oneMember = ({ project, people }: World) =>
  `/api/dashboard/projects/${project}/members/${people.own.id}`
const ENDPOINT = { url: 'https://hooks.example.com/claviger' }
const oneEndpoint = async ({ people, organizationId }: World) => {
  const made = await people.owner.ask('POST', '/api/dashboard/webhooks', ENDPOINT, organizationId)
  const place = `/api/dashboard/webhooks/${made.data.id}`
  // Nothing goes out to it.
  await people.owner.ask('PATCH', place, { active: false }, organizationId)
  return place
}
const oneDelivery = async (world: World) => {
  const { people, organizationId } = world
  const place = await oneEndpoint(world)
  const { data } = await people.owner.ask('POST', `${place}/test`, undefined, organizationId)
  await people.owner.ask('DELETE', place, undefined, organizationId)
  return `/api/dashboard/webhook-deliveries/${data.delivery_id}`
}
const GENERATION = { model: 'draw', prompt: 'A cat' }
/** A task of a plain member that has ended. @returns its id */
const oneTask = async ({ people: { own }, organizationId }: World): Promise<string> => {
  const { id } = (await own.ask('POST', '/v1/generate', GENERATION, organizationId, 202)).data
  // And those before it, so that nothing goes on behind whoever looks at the database.
  return until('the end of his tasks', async () => {
    const { items } = (await own.ask('GET', '/v1/tasks', undefined, organizationId)).data
    return items.every(({ status }: { status: string }) => status === 'completed') ? id : undefined
  })
}
/** A task for its own user alone. */
const task = (ok: number) => row(401, ok, 404, 404, 404, 404, 404, 403, 404, ok, 404, 404, 404, 403)
const newUser = () => ({ email: `made-${Math.random()}@example.com`, name: 'Made' })
const oneUser = async ({ people }: World) =>
  `${ADMIN}/users/${(await people.operator.ask('POST', `${ADMIN}/users`, newUser())).data.id}`
const oneOrganization = ({ organizationId }: World) => `${ADMIN}/organizations/${organizationId}`
const plan = async ({ people }: World, id: string) => {
  await people.operator.ask('PUT', `${ADMIN}/plans/${id}`, PLAN)
  return `${ADMIN}/plans/${id}`
}

/** Every route but those of the sign-in library and, in the order of the columns, what it answers to whom. */
export const ROWS: Readonly<Record<string, Cell>> = {
  'POST /v1/responses': cell(key(), RESPONSE),
  'POST /v1/chat/completions': cell(key(), CHAT),
  'POST /v1/embeddings': cell(key(), EMBEDDING),
  'GET /v1/models': cell(key()),
  'GET /v1/models/{model}': cell(key(), undefined, '/v1/models/chat'),
  'POST /api/v1/responses': cell(key(), RESPONSE),
  'POST /api/v1/chat/completions': cell(key(), CHAT),
  'POST /api/v1/embeddings': cell(key(), EMBEDDING),
  'GET /api/v1/models': cell(key()),
  'GET /api/v1/models/{model}': cell(key(), undefined, '/api/v1/models/chat'),
  'GET /v1/usage': cell(key()),
  'GET /v1/usage/summary': cell(key()),
  'POST /v1/generate': cell(keysOrMember(202), GENERATION),
  'GET /v1/tasks': cell(keysOrMember()),
  'GET /v1/tasks/{id}': about(task(200), async (world) => `/v1/tasks/${await oneTask(world)}`),
  'POST /v1/tasks/{id}/cancel': about(task(409), async (world) => `/v1/tasks/${await oneTask(world)}/cancel`),
  'GET /api/v1/key': cell(key()),
  'GET /api/v1/credits': cell(key()),
  'POST /api/v1/credits/grants': cell(row(...COLUMNS.map((name) => (name.endsWith('Key') ? 403 : 401))), {
    user: 'nobody@example.com',
    amount: '1',
  }),
  'GET /api/v1/keys': cell(keysOrMember()),
  'POST /api/v1/keys': cell(keysOrMember(201), { name: 'Another' }),
  'GET /api/v1/keys/{hash}': about(keysOrOwner(), oneKey),
  'PATCH /api/v1/keys/{hash}': about(keysOrOwner(), oneKey, { name: 'New' }),
  'DELETE /api/v1/keys/{hash}': about(keysOrOwner(), oneKey),

  'GET /api/dashboard/keys': cell(member()),
  'GET /api/dashboard/keys/{hash}': about(
    object(),
    async (world) => `/api/dashboard/keys/${await world.makeKey()}`,
  ),
  'POST /api/dashboard/keys/{hash}/transfer': {
    expected: managed(),
    request: async (world) => ({
      path: `/api/dashboard/keys/${await world.makeKey()}/transfer`,
      body: { userId: world.people.member.id },
    }),
  },
  'GET /api/dashboard/organization': cell(member()),
  'PATCH /api/dashboard/organization': cell(manager(), { name: 'Renamed' }),
  'GET /api/dashboard/members': cell(member()),
  'GET /api/dashboard/invitations': cell(manager()),
  'GET /api/dashboard/projects': cell(member()),
  'POST /api/dashboard/projects': cell(manager(201), { name: 'New' }),
  'GET /api/dashboard/projects/{id}': about(object(), oneProject),
  'PATCH /api/dashboard/projects/{id}': about(managed(), oneProject, { name: 'Renamed' }),
  'GET /api/dashboard/projects/{id}/members': about(object(), (world) => `${oneProject(world)}/members`),
  'PUT /api/dashboard/projects/{id}/members/{userId}': about(managed(), oneMember),
  'DELETE /api/dashboard/projects/{id}/members/{userId}': {
    expected: managed(),
    request: async (world) => {
      const { owner } = world.people
      await owner.ask('PUT', oneMember(world), undefined, world.organizationId)
      return { path: oneMember(world) }
    },
  },
  'GET /api/dashboard/overview': cell(member()),
  'GET /api/dashboard/usage': cell(member()),
  'GET /api/dashboard/usage/summary': cell(member()),
  'GET /api/dashboard/usage.csv': cell(member()),
  'GET /api/dashboard/balance': cell(member()),
  'GET /api/dashboard/balance/entries': cell(member()),
  'GET /api/dashboard/webhooks': cell(manager()),
  'POST /api/dashboard/webhooks': {
    expected: manager(400),
    request: async () => ({ body: { url: 'http://127.0.0.1/' } }),
  },
  'GET /api/dashboard/webhooks/{id}': about(managed(), oneEndpoint),
  'PATCH /api/dashboard/webhooks/{id}': about(managed(), oneEndpoint, { description: 'New' }),
  'DELETE /api/dashboard/webhooks/{id}': about(managed(), oneEndpoint),
  'POST /api/dashboard/webhooks/{id}/rotate': about(
    managed(),
    async (world) => `${await oneEndpoint(world)}/rotate`,
    {},
  ),
  'POST /api/dashboard/webhooks/{id}/test': about(
    managed(202),
    async (world) => `${await oneEndpoint(world)}/test`,
  ),
  'GET /api/dashboard/webhook-secret': cell(member()),
  // Without an overlap, since somebody may ask more than twice.
  'POST /api/dashboard/webhook-secret': cell(member(201), { overlap_hours: 0 }),
  'GET /api/dashboard/webhook-deliveries': cell(member()),
  // To an endpoint of the organisation: no member sees it who does not manage it.
  'GET /api/dashboard/webhook-deliveries/{id}': about(unseen(), oneDelivery),
  'POST /api/dashboard/webhook-deliveries/{id}/redeliver': about(
    unseen(202),
    async (world) => `${await oneDelivery(world)}/redeliver`,
  ),
  'GET /api/dashboard/audit': cell(manager()),
  'GET /api/dashboard/audit.csv': cell(manager()),
  'GET /api/dashboard/audit.jsonl': cell(manager()),
  'GET /api/dashboard/playground/models': cell(member()),
  'GET /api/dashboard/playground/generation-models': cell(member()),
  'POST /api/dashboard/playground/chat/completions': cell(member(), CHAT),
  'POST /api/dashboard/playground/generate': cell(member(202), GENERATION),
  'GET /api/dashboard/tasks': cell(member()),
  'GET /api/dashboard/tasks/{id}': about(
    object(),
    async (world) => `/api/dashboard/tasks/${await oneTask(world)}`,
  ),
  'POST /api/dashboard/tasks/{id}/cancel': about(
    object(409),
    async (world) => `/api/dashboard/tasks/${await oneTask(world)}/cancel`,
  ),
  'GET /api/dashboard/me': cell(person()),
  'GET /api/dashboard/open/config': cell(open()),
  'GET /api/dashboard/open/invitation': cell(
    open(404),
    undefined,
    '/api/dashboard/open/invitation?ticket=none',
  ),
  'POST /api/dashboard/setup': cell(open(404), {
    token: 'none',
    email: 'thief@example.com',
    name: 'Thief',
    password: 'correct horse battery staple',
  }),

  'GET /api/dashboard/admin/users': cell(operator()),
  'POST /api/dashboard/admin/users': {
    expected: operator(201),
    request: async () => ({ body: newUser() }),
  },
  'GET /api/dashboard/admin/users/{id}': about(operator(), oneUser),
  'PATCH /api/dashboard/admin/users/{id}': about(operator(), oneUser, { suspended: true }),
  'DELETE /api/dashboard/admin/users/{id}/sessions': about(
    operator(),
    async (world) => `${await oneUser(world)}/sessions`,
  ),
  'DELETE /api/dashboard/admin/users/{id}/two-factor': about(
    operator(),
    async (world) => `${await oneUser(world)}/two-factor`,
  ),
  'GET /api/dashboard/admin/organizations': cell(operator()),
  'GET /api/dashboard/admin/organizations/{id}': about(operator(), oneOrganization),
  'PATCH /api/dashboard/admin/organizations/{id}': about(operator(), oneOrganization, { plan: null }),
  'POST /api/dashboard/admin/credits': {
    expected: operator(201),
    request: async ({ organizationId }) => ({ body: { organizationId, amount: '1' } }),
  },
  'GET /api/dashboard/admin/plans': cell(operator()),
  'GET /api/dashboard/admin/plans/{id}': about(operator(), (world) => plan(world, 'read')),
  'PUT /api/dashboard/admin/plans/{id}': cell(operator(), PLAN, `${ADMIN}/plans/written`),
  'DELETE /api/dashboard/admin/plans/{id}': about(operator(), (world) => plan(world, 'deleted')),
  // That the right was there is told by what is said of the body, or of what there is not.
  'GET /api/dashboard/admin/providers': cell(operator()),
  'GET /api/dashboard/admin/providers/{id}': cell(operator(404), undefined, `${ADMIN}/providers/none`),
  'PUT /api/dashboard/admin/providers/{id}': cell(operator(400), {}, `${ADMIN}/providers/none`),
  'DELETE /api/dashboard/admin/providers/{id}': cell(operator(404), undefined, `${ADMIN}/providers/none`),
  'POST /api/dashboard/admin/providers/{id}/test': cell(operator(404), {}, `${ADMIN}/providers/none/test`),
  'POST /api/dashboard/admin/providers/{id}/credentials': cell(
    operator(400),
    {},
    `${ADMIN}/providers/none/credentials`,
  ),
  'DELETE /api/dashboard/admin/providers/{id}/credentials/{credentialId}': cell(
    operator(404),
    undefined,
    `${ADMIN}/providers/none/credentials/none`,
  ),
  'GET /api/dashboard/admin/models': cell(operator()),
  'GET /api/dashboard/admin/models/{id}': cell(operator(404), undefined, `${ADMIN}/models/none`),
  'PUT /api/dashboard/admin/models/{id}': cell(operator(400), {}, `${ADMIN}/models/none`),
  'DELETE /api/dashboard/admin/models/{id}': cell(operator(404), undefined, `${ADMIN}/models/none`),
  'GET /api/dashboard/admin/settings': cell(operator()),

  'GET /healthz': cell(open()),
  'GET /files/{id}': cell(open(403), undefined, '/files/out_00000000000000000000000000?expires=1'),
  'GET /readyz': cell(open()),
  'GET /metrics': cell(open(401)),
}
