import { GENERATION_KINDS } from '../../config/config.ts'
import { isGenerationKind } from '../../config/entries.ts'
import type { Deps } from '../../deps.ts'
import type { Caller } from '../../gateway/caller.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import { allowsModel } from '../../gateway/plan-rights.ts'
import { sessionCaller } from '../../gateway/session-caller.ts'
import { Type } from '../../lib/schema.ts'
import type { Model } from '../../providers/catalogue.ts'
import type { Catalogues } from '../../providers/catalogues.ts'
import { contextWindowOf } from '../../providers/context-window.ts'
import { describeGeneration, GenerationView } from '../generation-view.ts'
import { bytesOf, type Context, clientOf, type Route, route, sessionOf } from '../route.ts'
import { INFERENCE_ERRORS } from '../v1/inference.ts'

const Price = Type.Union([Type.String(), Type.Null()])

const PlaygroundModel = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  context_window: Type.Integer(),
  vision: Type.Boolean(),
  prices: Type.Object(
    { input: Price, cached_input: Price, output: Price },
    { description: 'Credits per million tokens; null where the model costs nothing' },
  ),
})

const GenerationModel = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  kind: Type.Enum(GENERATION_KINDS),
  generation: GenerationView,
})

/** Chat with a model by session: the quotas of the person and the organisation and their plan apply, and no key's. */
export function playgroundRoutes(deps: Deps, gateway: Gateway, catalogues: Catalogues): Route[] {
  return [modelsRoute(deps, catalogues), generationModelsRoute(deps, catalogues), chatRoute(deps, gateway)]
}

const SHARED = { surface: 'dashboard', access: { session: 'member' }, tag: 'Dashboard' } as const

function callerOf(deps: Deps, context: Pick<Context, 'session'>): Promise<Caller> {
  const { user, organization } = sessionOf(context)
  return sessionCaller(deps, { userId: user.id, organizationId: organization.id })
}

function modelsRoute(deps: Deps, catalogues: Catalogues): Route {
  return route({
    ...SHARED,
    method: 'GET',
    path: '/api/dashboard/playground/models',
    summary: 'List the chat models of the plan',
    replies: { 200: Type.Object({ data: Type.Array(PlaygroundModel) }) },
    async run(context) {
      const { limits } = await callerOf(deps, context)
      const catalogue = await catalogues.newest()
      const models = [...catalogue.models.values()].filter(
        ({ id, kind }) => kind === 'chat' && allowsModel(limits.plan, id),
      )
      return { body: { data: models.map(describe) } }
    },
  })
}

function generationModelsRoute(deps: Deps, catalogues: Catalogues): Route {
  return route({
    ...SHARED,
    method: 'GET',
    path: '/api/dashboard/playground/generation-models',
    summary: 'List the models of the plan that make images, videos, sounds and texts by tasks',
    replies: { 200: Type.Object({ data: Type.Array(GenerationModel) }) },
    async run(context) {
      const { limits } = await callerOf(deps, context)
      const catalogue = await catalogues.newest()
      const data = [...catalogue.models.values()].flatMap(({ id, config: { generation, ...config } }) =>
        generation && isGenerationKind(config.kind) && allowsModel(limits.plan, id)
          ? {
              id,
              name: config.name ?? id,
              description: config.description ?? '',
              kind: config.kind,
              generation: describeGeneration(generation),
            }
          : [],
      )
      return { body: { data } }
    },
  })
}

function chatRoute(deps: Deps, gateway: Gateway): Route {
  return route({
    ...SHARED,
    method: 'POST',
    path: '/api/dashboard/playground/chat/completions',
    summary: 'Chat with a model',
    description:
      'As `POST /v1/chat/completions`. Its usage rows stand under the key `session:<id of the user>`.',
    body: Type.Object(
      { model: Type.String(), messages: Type.Array(Type.Unknown()), stream: Type.Optional(Type.Boolean()) },
      { additionalProperties: true },
    ),
    replies: { 200: Type.Unsafe<unknown>({ description: 'OpenAI’s answer, or its events when streamed' }) },
    errors: INFERENCE_ERRORS,
    rawBody: true,
    async run(context) {
      await gateway.serve(
        {
          requestId: context.requestId,
          endpoint: 'chat.completions',
          caller: await callerOf(deps, context),
          body: bytesOf(context),
          accept: context.header('accept'),
          openRouter: false,
          endUser: undefined,
        },
        clientOf(context),
      )
      return undefined
    },
  })
}

function describe({ id, config }: Model) {
  const { prices } = config
  return {
    id,
    name: config.name ?? id,
    description: config.description ?? '',
    context_window: contextWindowOf(config),
    vision: config.vision,
    prices: {
      input: prices?.input ?? null,
      cached_input: prices?.cachedInput ?? null,
      output: prices?.output ?? null,
    },
  }
}
