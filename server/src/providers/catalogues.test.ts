import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { createUser } from '../accounts/users.ts'
import type { Catalogues, CatalogueUse } from './catalogues.ts'
import { openCatalogues } from './catalogues.ts'
import { deleteModel, putModel } from './models.ts'
import type { Provider } from './provider.ts'
import { deleteProvider, putProvider } from './providers.ts'

const SANDBOX = ['sandbox-chat', 'sandbox-embedding', 'sandbox-image', 'sandbox-audio']

let server: Server
let baseUrl: string
beforeAll(async () => {
  server = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
})
afterAll(() => server?.close())

const answers = (provider: Provider): Promise<boolean> =>
  new Promise((resolve) => {
    const ignore = () => {}
    const events = { headers: ignore, data: ignore, end: () => resolve(true), error: () => resolve(false) }
    provider.send({ path: '/chat/completions', body: '{}', streamed: false }, events)
  })

describe.each(DATABASES)('the catalogue of a node', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let catalogues: Catalogues
    const put = (id: string, more: object = {}) =>
      putProvider(database.own, OPERATOR, { id, kind: 'openai', baseUrl, ...more } as never)
    const route = (id: string, ...providers: string[]) =>
      putModel(database.own, OPERATOR, {
        ...{ id, kind: 'chat', contextWindow: 1000, vision: false },
        routes: providers.map((provider) => ({ provider })),
      })
    const use = async (): Promise<CatalogueUse> => await catalogues.enter()
    const served = ({ catalogue }: CatalogueUse, id: string) =>
      catalogue.models.get(id)?.routes[0]?.provider as Provider

    beforeAll(async () => {
      database = await openDeps(postgres)
    })
    afterAll(() => database?.remove())
    beforeEach(async () => {
      for (const table of ['models', 'provider_credentials', 'providers'])
        await database.raw(`DELETE FROM ${table}`)
      await database.own.store.epoch.refresh()
      catalogues = await openCatalogues(database.own)
      return () => catalogues.close()
    })

    it('lets a request under way end on the provider that it began with, and closes that one thereafter', async () => {
      await put('p')
      await route('m', 'p')
      const before = await use()
      const another = await use()
      await put('p', { connections: 7 })
      const after = await use()
      expect(served(after, 'm')).not.toBe(served(before, 'm'))
      catalogues.leave(another)
      expect(await answers(served(before, 'm'))).toBe(true)
      catalogues.leave(before)
      expect(await answers(served(before, 'm'))).toBe(false)
      expect(await answers(served(after, 'm'))).toBe(true)
    })

    it('keeps connections and health of what a change does not concern, and is not rebuilt for the keys’ changes', async () => {
      await put('p')
      await put('q')
      await route('m', 'p')
      const { catalogue } = await use()
      await createUser(database.own, OPERATOR, { email: 'a@example.com', name: 'A' })
      expect(await catalogues.newest()).toBe(catalogue)
      const health = catalogue.models.get('m')?.routes[0]?.health
      await put('q', { connections: 3 })
      const changed = await use()
      expect(changed.catalogue).not.toBe(catalogue)
      expect(changed.catalogue.models.get('m')?.routes[0]?.health).toBe(health)
    })

    it('sees a change whose note in the log was pruned', async () => {
      await put('p')
      await route('m', 'p')
      await database.raw('DELETE FROM change_log')
      await database.own.store.epoch.refresh()
      expect((await catalogues.newest()).models.has('m')).toBe(true)
    })

    it('serves what there is when a row cannot be read or a provider is gone, and says which', async () => {
      await put('p')
      await route('whole', 'p')
      await route('half', 'p')
      await database.raw(
        `UPDATE models SET definition = replace(definition, '"p"', '"gone"') WHERE id = 'half'`,
      )
      await database.raw(
        `INSERT INTO models (id, definition, created_at) VALUES ('broken', '{"kind":"chat"}', 0)`,
      )
      await database.own.store.epoch.refresh()
      const { models, listed } = await catalogues.newest()
      expect([...models.keys()]).toEqual(['whole'])
      expect(listed.map(({ config, fault }) => [config.id, fault])).toEqual([
        ['whole', undefined],
        ['half', 'There is no provider gone'],
      ])
    })

    it('has the sandbox until there is a model, and again when there is none', async () => {
      expect([...(await catalogues.newest()).models.keys()]).toEqual(SANDBOX)
      await put('p')
      expect((await catalogues.newest()).models.has('sandbox-chat')).toBe(true)
      await route('m', 'p')
      expect([...(await catalogues.newest()).models.keys()]).toEqual(['m'])
      await expect(deleteProvider(database.own, OPERATOR, 'p')).rejects.toThrow(/Models are routed to p: m/)
      await deleteModel(database.own, OPERATOR, 'm')
      await deleteProvider(database.own, OPERATOR, 'p')
      expect((await catalogues.newest()).models.has('sandbox-chat')).toBe(true)
    })
  })
})
