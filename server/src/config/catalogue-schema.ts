import type { Static } from 'typebox'
import { Type } from '../lib/schema.ts'
import { Decimal, group, Milliseconds, Name, Url } from './fields.ts'
import { GenerationEntry } from './generation-schema.ts'
import { HttpEntry } from './http-provider-schema.ts'
import { ImagesEntry, SpeechEntry } from './openai-media-schema.ts'

/** The kinds whose models make files, by tasks. */
export const GENERATION_KINDS = ['image', 'video', 'audio', 'text'] as const

export const ProviderEntry = Type.Object(
  {
    id: Name('Name of the provider in routes, usage and logs'),
    kind: Type.Enum(['openai', 'http', 'sandbox'], {
      description:
        '`openai`: any OpenAI-compatible server; `http`: any service that makes files, by the group `http`; `sandbox`: built in, deterministic, no network',
    }),
    baseUrl: Type.Optional(Url('Base URL, of the kind `openai` up to and with `/v1`')),
    apiKey: Type.Optional(
      Type.String({
        description: 'Credential sent as bearer token. Write `${NAME}` to take it from the environment',
      }),
    ),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Headers added to every request, e.g. a provider version',
      }),
    ),
    supports: group('What the provider understands', {
      responses: Type.Boolean({
        description: 'Speaks /responses itself; else it is translated to chat',
        default: false,
      }),
      streamOptions: Type.Boolean({ description: 'Understands `stream_options`', default: true }),
      maxCompletionTokens: Type.Boolean({
        description: 'Understands `max_completion_tokens`; else `max_tokens` is sent',
        default: true,
      }),
    }),
    images: Type.Optional(ImagesEntry),
    speech: Type.Optional(SpeechEntry),
    http: Type.Optional(HttpEntry),
    connections: Type.Integer({
      minimum: 1,
      maximum: 10_000,
      default: 256,
      description: 'Connections kept to the provider, at most',
    }),
    connectTimeoutMs: Milliseconds('Time to connect', 3000),
    headersTimeoutMs: Milliseconds('Time until the answer begins', 120_000),
    idleTimeoutMs: Milliseconds('Longest silence inside an answer', 60_000),
  },
  { additionalProperties: false },
)

export const ModelEntry = Type.Object(
  {
    id: Type.String({
      description: 'Name that clients use',
      pattern: '^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,126}$',
    }),
    kind: Type.Enum(['chat', 'embedding', ...GENERATION_KINDS], {
      default: 'chat',
      description:
        'What the model does; `image`, `video`, `audio` and `text` make files by `POST /v1/generate`',
    }),
    name: Type.Optional(Type.String({ description: 'Display name', maxLength: 200 })),
    description: Type.Optional(Type.String({ description: 'Shown in the model list', maxLength: 2000 })),
    contextWindow: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000_000,
        description: 'Tokens of input and output together; needed by the kinds chat and embedding',
      }),
    ),
    maxOutputTokens: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100_000_000, description: 'Tokens of output, at most' }),
    ),
    vision: Type.Boolean({ description: 'Takes images', default: false }),
    prices: Type.Optional(
      Type.Object(
        {
          input: Decimal('Credits per million input tokens'),
          output: Type.Optional(Decimal('Credits per million output tokens')),
          cachedInput: Type.Optional(
            Decimal('Credits per million input tokens read from a cache; the input price if absent'),
          ),
        },
        {
          additionalProperties: false,
          description: 'Prices of the kinds chat and embedding, as decimals in quotes',
        },
      ),
    ),
    generation: Type.Optional(GenerationEntry),
    routes: Type.Array(
      Type.Object(
        {
          provider: Name('Provider id'),
          model: Type.Optional(
            Type.String({ description: 'The provider’s name for the model; the same if absent' }),
          ),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 16, description: 'Where the model is served, in order of preference' },
    ),
  },
  { additionalProperties: false },
)

export const AutoRule = Type.Object(
  {
    model: Type.String({ description: 'The model to take when the rule applies' }),
    minInputBytes: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Applies from this size of the request body' }),
    ),
    images: Type.Optional(
      Type.Boolean({ description: 'Applies to requests with (true) or without (false) images' }),
    ),
    tools: Type.Optional(
      Type.Boolean({ description: 'Applies to requests with (true) or without (false) tools' }),
    ),
  },
  { additionalProperties: false },
)

export type ProviderConfig = Static<typeof ProviderEntry>
export type ModelConfig = Static<typeof ModelEntry>
export type AutoRuleConfig = Static<typeof AutoRule>
