import { type Static, Type } from 'typebox'
import { Decimal, group, Milliseconds, Name, Url } from './fields.ts'

export const ProviderEntry = Type.Object(
  {
    id: Name('Name of the provider in routes, usage and logs'),
    kind: Type.Enum(['openai', 'sandbox'], {
      description: '`openai`: any OpenAI-compatible server; `sandbox`: built in, deterministic, no network',
    }),
    baseUrl: Type.Optional(Url('Base URL up to and with `/v1` (kind `openai`)')),
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
    kind: Type.Enum(['chat', 'embedding'], { default: 'chat', description: 'What the model does' }),
    name: Type.Optional(Type.String({ description: 'Display name', maxLength: 200 })),
    description: Type.Optional(Type.String({ description: 'Shown in the model list', maxLength: 2000 })),
    contextWindow: Type.Integer({
      minimum: 1,
      maximum: 100_000_000,
      description: 'Tokens of input and output together',
    }),
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
        { additionalProperties: false, description: 'Prices as decimals in quotes' },
      ),
    ),
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
