import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  DATABASES,
  type Installation,
  install,
  type Server,
  startUpstream,
  testConfig,
  type Upstream,
} from '../support/claviger.ts'
import { withGeneration } from '../support/generation.ts'
import { AUTH_ROWS } from '../support/matrix-auth-rows.ts'
import { type Cell, ROWS } from '../support/matrix-rows.ts'
import { type Column, makeWorld, type World } from '../support/matrix-world.ts'
import { ADMINISTRATOR, OPEN_SIGN_UP } from '../support/people.ts'
import { stopAll } from '../support/processes.ts'

/** Every route and what it answers to whom. */
const MATRIX: Readonly<Record<string, Cell>> = { ...ROWS, ...AUTH_ROWS }

afterAll(stopAll)

describe.each(DATABASES)('who may call what', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let upstream: Upstream
    let installation: Installation
    let server: Server
    let world: World
    let routes: string[]

    beforeAll(async () => {
      upstream = await startUpstream()
      const config = {
        ...withGeneration(testConfig(upstream.url)),
        ...OPEN_SIGN_UP,
        balance: { of: 'organization' },
      }
      installation = await install(config, postgres)
      server = await installation.start(ADMINISTRATOR.environment)
      world = await makeWorld(server.url)
      await fund(world)
      const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
        paths: Record<string, object>
      }
      routes = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      )
    }, 120_000)
    afterAll(async () => {
      await server?.stop()
      await upstream?.stop()
      await installation?.remove()
    })

    it('There is no route of which the matrix says nothing, and none in it that there is not', () => {
      expect(routes.sort()).toEqual(Object.keys(MATRIX).sort())
    })

    it.each(Object.keys(MATRIX))('%s answers everybody as it should', async (name) => {
      const { expected, request } = MATRIX[name] as Cell
      const [method, route] = name.split(' ') as [string, string]
      const found: Partial<Record<Column, number>> = {}
      for (const column of Object.keys(expected) as Column[]) {
        const { path = route, body } = (await request?.(world)) ?? {}
        const response = await world.call(column, method, path, body)
        await response.arrayBuffer()
        found[column] = response.status
      }
      expect(found).toEqual(expected)
    })

    it('A foreign project and one that does not exist are refused alike, with 403, by every way to name one', async () => {
      for (const project_id of [world.foreignProject, '00000000-0000-4000-8000-000000000000']) {
        const chat = { model: 'chat', messages: [{ role: 'user', content: 'Hi' }], project_id }
        const key = { name: 'Key', project_id }
        for (const column of ['ownKey', 'memberKey', 'ownerKey'] as const)
          expect((await world.call(column, 'POST', '/v1/chat/completions', chat)).status).toBe(403)
        for (const column of ['own', 'owner', 'ownKey', 'ownerKey'] as const)
          expect((await world.call(column, 'POST', '/api/v1/keys', key)).status).toBe(403)
      }
    })
  })
})

/** Every organisation that will pay for a request. */
async function fund({ people, organizationId }: World): Promise<void> {
  const grant = (organizationId: string) =>
    people.operator.ask('POST', '/api/dashboard/admin/credits', { organizationId, amount: '100' })
  await grant(organizationId)
  for (const { organizationId } of Object.values(people)) await grant(organizationId)
  const { organizations } = (await people.foreign.ask('GET', '/api/dashboard/me')).data
  for (const { id } of organizations as { id: string }[]) await grant(id)
}
