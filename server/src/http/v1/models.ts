import type { Static } from 'typebox'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { unknownModel } from '../../gateway/choose.ts'
import { allowsModel, planRefusal } from '../../gateway/plan-rights.ts'
import { formatNanos, parseNanos } from '../../lib/decimal.ts'
import { Type } from '../../lib/schema.ts'
import type { Model } from '../../providers/catalogue.ts'
import type { Catalogues } from '../../providers/catalogues.ts'
import { describeGeneration, GenerationView } from '../generation-view.ts'
import { type Access, type Route, route } from '../route.ts'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

/** OpenAI's four fields, and those that OpenRouter's SDK demands of every model. */
const ModelEntry = Type.Object({
  id: Type.String(),
  object: Type.Literal('model'),
  created: Type.Integer(),
  owned_by: Type.String(),
  canonical_slug: Type.String(),
  name: Type.String(),
  description: Type.String(),
  context_length: Nullable(Type.Integer()),
  architecture: Type.Object({
    modality: Type.String(),
    input_modalities: Type.Array(Type.String()),
    output_modalities: Type.Array(Type.String()),
    tokenizer: Type.String(),
    instruct_type: Nullable(Type.String()),
  }),
  pricing: Type.Object({
    prompt: Type.String(),
    completion: Type.String(),
    input_cache_read: Type.Optional(Type.String()),
  }),
  top_provider: Type.Object({
    context_length: Nullable(Type.Integer()),
    max_completion_tokens: Nullable(Type.Integer()),
    is_moderated: Type.Boolean(),
  }),
  per_request_limits: Type.Null(),
  supported_parameters: Type.Array(Type.String()),
  default_parameters: Type.Object({}),
  supported_voices: Type.Null(),
  links: Type.Object({ details: Type.String() }),
  providers: Type.Array(Type.Object({ name: Type.String(), slug: Type.String() })),
  generation: Type.Optional(GenerationView),
})

const ModelList = Type.Object({
  object: Type.Literal('list'),
  data: Type.Array(ModelEntry),
  total_count: Type.Integer(),
  links: Type.Object({ next: Type.Null() }),
})

/** 2026-01-01: models of a configuration file have no birthday of their own. */
const CREATED = 1_767_225_600

export function modelRoutes(
  deps: Deps,
  catalogues: Catalogues,
  base: '/v1' | '/api/v1',
  open: boolean,
): Route[] {
  const access: Access = open ? { open: true } : { key: 'inference' }
  return [
    route({
      method: 'GET',
      path: `${base}/models`,
      surface: base === '/v1' ? 'openai' : 'router',
      access,
      tag: 'Inference',
      summary: 'List models',
      description:
        'The models that the key and its plan may use. In OpenAI’s format, with the fields of OpenRouter’s beside.',
      replies: { 200: ModelList },
      async run({ key }) {
        const allowed = key?.key.allowedModels ?? null
        const plan = key?.limits.plan ?? null
        const catalogue = await catalogues.newest()
        const models = [...catalogue.models.values()].filter(
          ({ id }) => (allowed === null || allowed.includes(id)) && allowsModel(plan, id),
        )
        const data = models.map(describe)
        return { body: { object: 'list', data, total_count: data.length, links: { next: null } } }
      },
    }),
    // An id may have slashes, which some clients send as they are: `mistralai/mistral-large`.
    modelRoute(deps, catalogues, base, access, 'model'),
    modelRoute(deps, catalogues, base, access, '*'),
  ]
}

function modelRoute(
  deps: Deps,
  catalogues: Catalogues,
  base: '/v1' | '/api/v1',
  access: Access,
  name: 'model' | '*',
): Route {
  return route({
    method: 'GET',
    path: name === '*' ? `${base}/models/*` : `${base}/models/:${name}`,
    surface: base === '/v1' ? 'openai' : 'router',
    access,
    tag: 'Inference',
    summary: 'Get a model',
    description: 'One entry of the list of models. Slashes in an id may be sent as they are.',
    params: Type.Object({ [name]: Type.String() }),
    replies: { 200: ModelEntry },
    errors: ['model_not_found', 'model_forbidden', 'model_not_in_plan'],
    async run({ key, params }) {
      const id = params[name] as string
      const model = (await catalogues.newest()).models.get(id)
      if (!model) throw new AppError('model_not_found', { message: unknownModel(id), param: 'model' })
      const allowed = key?.key.allowedModels ?? null
      if (allowed !== null && !allowed.includes(id)) throw new AppError('model_forbidden', { param: 'model' })
      const plan = key?.limits.plan ?? null
      if (plan && !allowsModel(plan, id)) {
        throw await planRefusal(deps, { kind: 'model', name: id, param: 'model', plan })
      }
      return { body: describe(model) }
    },
  })
}

function describe({ id, kind, config, routes }: Model): Static<typeof ModelEntry> {
  const input = config.vision || config.generation?.editing ? ['text', 'image'] : ['text']
  const output = kind === 'embedding' ? 'embeddings' : kind === 'chat' ? 'text' : kind
  const { prices } = config
  return {
    id,
    object: 'model',
    created: CREATED,
    owned_by: routes[0]?.provider.id ?? 'unknown',
    canonical_slug: id,
    name: config.name ?? id,
    description: config.description ?? '',
    context_length: config.contextWindow ?? null,
    architecture: {
      modality: `${input.join('+')}->${output}`,
      input_modalities: input,
      output_modalities: [output],
      tokenizer: 'Other',
      instruct_type: null,
    },
    pricing: {
      prompt: perToken(prices?.input),
      completion: perToken(prices?.output),
      ...(prices?.cachedInput && { input_cache_read: perToken(prices.cachedInput) }),
    },
    top_provider: {
      context_length: config.contextWindow ?? null,
      max_completion_tokens: config.maxOutputTokens ?? null,
      is_moderated: false,
    },
    per_request_limits: null,
    supported_parameters:
      kind !== 'chat'
        ? []
        : ['max_tokens', 'temperature', 'top_p', 'stop', 'tools', 'tool_choice', 'response_format'],
    default_parameters: {},
    supported_voices: null,
    links: { details: `/v1/models` },
    providers: routes.map(({ provider }) => ({ name: provider.id, slug: provider.id })),
    ...(config.generation && { generation: describeGeneration(config.generation) }),
  }
}

/** Credits per million tokens as credits per token, in OpenRouter's decimal text; exact. */
function perToken(perMillion: string | undefined): string {
  const nanos = parseNanos(perMillion ?? '0') ?? 0n
  if (nanos === 0n) return '0'
  return formatScaled(nanos)
}

/** nano-units ÷ 10⁶ has up to 15 decimals, more than `formatNanos` writes. */
function formatScaled(nanos: bigint): string {
  const digits = nanos.toString().padStart(16, '0')
  const whole = digits.slice(0, -15)
  const fraction = digits.slice(-15).replace(/0+$/, '')
  return fraction === '' ? formatNanos(BigInt(whole) * 1_000_000_000n) : `${BigInt(whole)}.${fraction}`
}
