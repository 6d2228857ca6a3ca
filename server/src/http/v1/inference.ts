import type { ErrorCode } from '../../errors.ts'
import { keyCaller } from '../../gateway/caller.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Endpoint } from '../../gateway/model-request.ts'
import type { KeyVerifier } from '../../keys/verify.ts'
import { Type } from '../../lib/schema.ts'
import { bytesOf, clientOf, keyOf, type Route, route } from '../route.ts'

/** What a model request may be refused with, besides its key. */
export const INFERENCE_ERRORS: readonly ErrorCode[] = [
  'invalid_json',
  'invalid_request',
  'project_forbidden',
  'model_not_found',
  'model_forbidden',
  'model_not_in_plan',
  'tool_not_in_plan',
  'model_not_priced',
  'field_not_allowed_under_budget',
  'rate_limit_exceeded',
  'too_many_in_flight',
  'budget_in_flight',
  'insufficient_quota',
  'not_supported_upstream',
  'upstream_rejected',
  'upstream_rate_limited',
  'upstream_error',
  'upstream_misconfigured',
  'upstream_timeout',
  'upstream_unavailable',
  'body_too_large',
  'unsupported_media_type',
]

const OWN_FIELDS = {
  project_id: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description: 'Counts the request for a project; 403 unless the key’s user is a member',
    }),
  ),
  user: Type.Optional(
    Type.String({
      description:
        'Your end user, recorded on the usage row. Also: `safety_identifier`, or the header `x-end-user`',
    }),
  ),
}

const MODEL = Type.String({ description: 'A model of `GET /v1/models`, or `auto`' })
const STREAM = Type.Optional(
  Type.Union([Type.Boolean(), Type.Null()], { description: 'Answer as server-sent events' }),
)
const ANSWER = Type.Unsafe<unknown>({
  description: 'The answer in OpenAI’s format, or server-sent events when streamed',
})

const ENDPOINTS = [
  {
    endpoint: 'responses',
    path: '/responses',
    summary: 'Create a response',
    body: Type.Object(
      {
        model: Type.Optional(MODEL),
        input: Type.Unknown({ description: 'Text or a list of items' }),
        stream: STREAM,
        ...OWN_FIELDS,
      },
      { additionalProperties: true },
    ),
  },
  {
    endpoint: 'chat.completions',
    path: '/chat/completions',
    summary: 'Create a chat completion',
    body: Type.Object(
      { model: MODEL, messages: Type.Array(Type.Unknown()), stream: STREAM, ...OWN_FIELDS },
      { additionalProperties: true },
    ),
  },
  {
    endpoint: 'embeddings',
    path: '/embeddings',
    summary: 'Create embeddings',
    body: Type.Object(
      {
        model: MODEL,
        input: Type.Unknown({ description: 'Text, or a list of texts or of token lists' }),
        ...OWN_FIELDS,
      },
      { additionalProperties: true },
    ),
  },
] as const

/** The OpenAI API under a base path. Bodies are read by the gateway, which passes on what it does not know. */
export function inferenceRoutes(
  gateway: Gateway,
  verifier: Pick<KeyVerifier, 'confirm'>,
  base: '/v1' | '/api/v1',
  closed: ReadonlySet<Endpoint>,
): Route[] {
  const confirm = verifier.confirm.bind(verifier)
  return ENDPOINTS.filter(({ endpoint }) => !closed.has(endpoint)).map(({ endpoint, path, summary, body }) =>
    route({
      method: 'POST',
      path: base + path,
      surface: base === '/v1' ? 'openai' : 'router',
      access: { key: 'inference' },
      tag: 'Inference',
      summary,
      body,
      replies: { 200: ANSWER },
      errors: INFERENCE_ERRORS,
      rawBody: true,
      async run(context) {
        await gateway.serve(
          {
            requestId: context.requestId,
            endpoint,
            caller: keyCaller(keyOf(context), confirm),
            body: bytesOf(context),
            accept: context.header('accept'),
            openRouter: base === '/api/v1',
            endUser: context.header('x-end-user'),
          },
          clientOf(context),
        )
        return undefined
      },
    }),
  )
}
