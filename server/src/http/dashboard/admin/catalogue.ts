import { ModelEntry, ProviderEntry } from '../../../config/catalogue-schema.ts'
import type { Deps } from '../../../deps.ts'
import { AppError } from '../../../errors.ts'
import { Type } from '../../../lib/schema.ts'
import type { Catalogues } from '../../../providers/catalogues.ts'
import { deleteModel, putModel } from '../../../providers/models.ts'
import { addCredential, deleteCredential, deleteProvider, putProvider } from '../../../providers/providers.ts'
import { testProvider } from '../../../providers/test-provider.ts'
import { actorOf } from '../../actor.ts'
import { type Route, route } from '../../route.ts'
import { Done, One } from '../page.ts'
import { viewModel, viewProvider } from './catalogue-views.ts'
import {
  Credential,
  CredentialBody,
  ModelBody,
  ModelView,
  ProviderBody,
  ProviderView,
  TestResult,
} from './catalogue-wire.ts'

const SHARED = { surface: 'dashboard', tag: 'Administration', access: { session: 'operator' } } as const
const PROVIDERS = '/api/dashboard/admin/providers'
const MODELS = '/api/dashboard/admin/models'

const ProviderParams = Type.Object({ id: ProviderEntry.properties.id })
const CredentialParams = Type.Object({
  id: ProviderEntry.properties.id,
  credentialId: Type.String({ maxLength: 64 }),
})
const ModelParams = Type.Object({ id: ModelEntry.properties.id })

/** Providers and models, for the operator. */
export function adminCatalogueRoutes(deps: Deps, catalogues: Catalogues): Route[] {
  return [
    ...readProviders(deps, catalogues),
    ...writeProviders(deps, catalogues),
    ...credentials(deps, catalogues),
    ...readModels(deps, catalogues),
    ...writeModels(deps, catalogues),
  ]
}

/** @throws AppError `not_found` */
async function oneProvider(deps: Deps, catalogues: Catalogues, id: string) {
  const catalogue = await catalogues.newest()
  const found = catalogue.providers.find(({ config }) => config.id === id)
  if (!found) throw new AppError('not_found', { message: `There is no provider ${id}` })
  return viewProvider(found, catalogue, deps.now())
}

/** @throws AppError `not_found` */
async function oneModel(deps: Deps, catalogues: Catalogues, id: string) {
  const found = (await catalogues.newest()).listed.find(({ config }) => config.id === id)
  if (!found) throw new AppError('not_found', { message: `There is no model ${id}` })
  return viewModel(found, deps.now())
}

const DONE = { body: { data: { success: true } } } as const

function readProviders(deps: Deps, catalogues: Catalogues): Route[] {
  return [
    route({
      ...SHARED,
      method: 'GET',
      path: PROVIDERS,
      summary: 'List providers',
      description:
        'Those of the configuration file and those of the database, with the health of their routes.',
      replies: { 200: Type.Object({ data: Type.Array(ProviderView) }) },
      async run() {
        const catalogue = await catalogues.newest()
        const data = catalogue.providers.map((entry) => viewProvider(entry, catalogue, deps.now()))
        return { body: { data } }
      },
    }),
    route({
      ...SHARED,
      method: 'GET',
      path: `${PROVIDERS}/:id`,
      summary: 'Get a provider',
      params: ProviderParams,
      replies: { 200: One(ProviderView) },
      errors: ['not_found'],
      async run({ params }) {
        return { body: { data: await oneProvider(deps, catalogues, params.id) } }
      },
    }),
    route({
      ...SHARED,
      method: 'POST',
      path: `${PROVIDERS}/:id/test`,
      summary: 'Test the connection to a provider',
      description:
        'With every credential: asks for its models, or for an answer of one token. Nothing is charged here.',
      params: ProviderParams,
      replies: { 200: One(TestResult) },
      errors: ['not_found'],
      async run(context) {
        const { id } = context.params
        const results = await testProvider(await catalogues.newest(), id)
        if (!results)
          throw new AppError('not_found', { message: `There is no provider ${id} that is served` })
        return { body: { data: { ok: results.every(({ ok }) => ok), results } } }
      },
    }),
  ]
}

function writeProviders(deps: Deps, catalogues: Catalogues): Route[] {
  return [
    route({
      ...SHARED,
      method: 'PUT',
      path: `${PROVIDERS}/:id`,
      summary: 'Create or replace a provider; it holds from the next request',
      params: ProviderParams,
      body: ProviderBody,
      replies: { 200: One(ProviderView) },
      errors: ['invalid_request'],
      async run(context) {
        const { id } = context.params
        await putProvider(deps, actorOf(context), { ...context.body, id })
        return { body: { data: await oneProvider(deps, catalogues, id) } }
      },
    }),
    route({
      ...SHARED,
      method: 'DELETE',
      path: `${PROVIDERS}/:id`,
      summary: 'Delete a provider and its credentials',
      description: 'Refused while a model is routed to it.',
      params: ProviderParams,
      replies: { 200: Done },
      errors: ['not_found', 'invalid_request'],
      async run(context) {
        await deleteProvider(deps, actorOf(context), context.params.id)
        return DONE
      },
    }),
  ]
}

function credentials(deps: Deps, catalogues: Catalogues): Route[] {
  return [
    route({
      ...SHARED,
      method: 'POST',
      path: `${PROVIDERS}/:id/credentials`,
      summary: 'Give a provider a credential',
      description:
        'Several are used in turn; one that the provider refuses (401, 403, 429) rests for a while.',
      params: ProviderParams,
      body: CredentialBody,
      replies: { 201: One(Credential) },
      errors: ['not_found', 'invalid_request'],
      async run(context) {
        const { id } = context.params
        const added = await addCredential(deps, actorOf(context), id, context.body)
        const { credentials } = await oneProvider(deps, catalogues, id)
        return { status: 201, body: { data: credentials.find((credential) => credential.id === added) } }
      },
    }),
    route({
      ...SHARED,
      method: 'DELETE',
      path: `${PROVIDERS}/:id/credentials/:credentialId`,
      summary: 'Delete a credential of a provider',
      params: CredentialParams,
      replies: { 200: Done },
      errors: ['not_found', 'invalid_request'],
      async run(context) {
        const { id, credentialId } = context.params
        await deleteCredential(deps, actorOf(context), id, credentialId)
        return DONE
      },
    }),
  ]
}

function readModels(deps: Deps, catalogues: Catalogues): Route[] {
  return [
    route({
      ...SHARED,
      method: 'GET',
      path: MODELS,
      summary: 'List models with their prices and routes',
      replies: { 200: Type.Object({ data: Type.Array(ModelView) }) },
      async run() {
        const { listed } = await catalogues.newest()
        return { body: { data: listed.map((entry) => viewModel(entry, deps.now())) } }
      },
    }),
    route({
      ...SHARED,
      method: 'GET',
      path: `${MODELS}/:id`,
      summary: 'Get a model with its price and routes',
      params: ModelParams,
      replies: { 200: One(ModelView) },
      errors: ['not_found'],
      async run({ params }) {
        return { body: { data: await oneModel(deps, catalogues, params.id) } }
      },
    }),
  ]
}

function writeModels(deps: Deps, catalogues: Catalogues): Route[] {
  return [
    route({
      ...SHARED,
      method: 'PUT',
      path: `${MODELS}/:id`,
      summary: 'Create or replace a model; it holds from the next request',
      description: 'A request under way keeps the price it began with.',
      params: ModelParams,
      body: ModelBody,
      replies: { 200: One(ModelView) },
      errors: ['invalid_request'],
      async run(context) {
        const { id } = context.params
        await putModel(deps, actorOf(context), { ...context.body, id })
        return { body: { data: await oneModel(deps, catalogues, id) } }
      },
    }),
    route({
      ...SHARED,
      method: 'DELETE',
      path: `${MODELS}/:id`,
      summary: 'Delete a model',
      params: ModelParams,
      replies: { 200: Done },
      errors: ['not_found', 'invalid_request'],
      async run(context) {
        await deleteModel(deps, actorOf(context), context.params.id)
        return DONE
      },
    }),
  ]
}
