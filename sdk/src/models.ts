import { readEvents } from './events.ts'
import type { operations } from './generated/api.ts'
import { attemptOnce, type CallOptions, call, Limit, type Transport } from './transport.ts'

type Body<Operation extends keyof operations> = operations[Operation] extends {
  requestBody: { content: { 'application/json': infer T } }
}
  ? T
  : never

/** A model that the key may use. */
export type Model = operations['getV1Models']['responses'][200]['content']['application/json']['data'][number]

export type ResponseRequest = Body<'postV1Responses'>
export type ChatRequest = Omit<Body<'postV1ChatCompletions'>, 'messages'> & {
  messages: readonly ChatMessage[]
}
export type EmbeddingsRequest = Body<'postV1Embeddings'>

export interface ChatMessage {
  role: string
  content?: unknown
  [field: string]: unknown
}

// The answers are the providers' own: what everyone sends is named, what else there is passes.

export interface ModelResponse {
  id: string
  status: string
  model: string
  output: { type: string; content?: { type: string; text?: string }[]; [field: string]: unknown }[]
  usage?: { input_tokens: number; output_tokens: number; total_tokens: number } | null
  [field: string]: unknown
}

/** An event of a streamed response; `response.output_text.delta` carries text in `delta`. */
export interface ResponseEvent {
  type: string
  delta?: string
  response?: ModelResponse
  [field: string]: unknown
}

export interface ChatCompletion {
  id: string
  model: string
  choices: { index: number; message: ChatMessage; finish_reason: string | null }[]
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number }
  [field: string]: unknown
}

export interface ChatChunk {
  id: string
  model: string
  choices: {
    index: number
    delta: { role?: string; content?: string | null; [field: string]: unknown }
    finish_reason: string | null
  }[]
  [field: string]: unknown
}

export interface Embeddings {
  data: { index: number; embedding: number[] | string }[]
  model: string
  usage: { prompt_tokens: number; total_tokens: number }
  [field: string]: unknown
}

interface Streamable<Request, Whole, Event> {
  create(body: Request & { stream: true }, options?: CallOptions): Promise<AsyncIterable<Event>>
  create(body: Request & { stream?: false | null }, options?: CallOptions): Promise<Whole>
}

/** Model requests are never repeated by the client: a second one is a second answer, and paid for. */
export interface ModelCalls {
  readonly models: {
    /** The models that the key may use. */
    list(options?: CallOptions): Promise<Model[]>
  }
  /** With `stream: true` the events as they come. Leaving the loop ends the request. */
  readonly responses: Streamable<ResponseRequest, ModelResponse, ResponseEvent>
  readonly chat: {
    /** With `stream: true` the chunks as they come. Leaving the loop ends the request. */
    readonly completions: Streamable<ChatRequest, ChatCompletion, ChatChunk>
  }
  readonly embeddings: { create(body: EmbeddingsRequest, options?: CallOptions): Promise<Embeddings> }
}

type ModelPath = '/v1/responses' | '/v1/chat/completions' | '/v1/embeddings'

/** A model may think for long before it answers. */
const TIMEOUT_MS = 600_000

export function createModelCalls(transport: Transport): ModelCalls {
  const { api } = transport
  const post = (path: ModelPath, body: object, accept: string, parseAs: 'json' | 'stream') => {
    const init = { body: body as never, headers: { accept }, parseAs }
    return (signal: AbortSignal) => api.POST(path, { ...init, signal })
  }
  const limitOf = ({ timeoutMs, signal }: CallOptions) =>
    ({ timeoutMs: timeoutMs ?? transport.timeoutMs ?? TIMEOUT_MS, signal }) as const
  const whole = (path: ModelPath, body: object, options: CallOptions) =>
    // Said, because a server may be set to stream by default.
    call<unknown>(
      transport,
      { ...limitOf(options), repeatable: false },
      post(path, body, 'application/json', 'json'),
    )
  const streamed = async (path: ModelPath, body: object, options: CallOptions) => {
    const { timeoutMs, signal } = limitOf(options)
    const limit = new Limit(timeoutMs, signal)
    const begin = post(path, body, 'text/event-stream', 'stream')
    // The caller's signal ends a stream even while nobody reads it.
    const { response } = await attemptOnce<unknown>(limit, (attempt) =>
      begin(signal ? AbortSignal.any([attempt, signal]) : attempt),
    )
    return readEvents(response, limit)
  }
  const create =
    (path: ModelPath) =>
    (body: { stream?: boolean | null }, options: CallOptions = {}) =>
      body.stream === true ? streamed(path, body, options) : whole(path, body, options)
  return {
    models: {
      async list(options = {}) {
        const { data } = await call(transport, { ...options, repeatable: true }, (signal) =>
          api.GET('/v1/models', { signal }),
        )
        // openapi-fetch drops the fields that are always null from the type.
        return data as Model[]
      },
    },
    responses: { create: create('/v1/responses') as ModelCalls['responses']['create'] },
    chat: {
      completions: {
        create: create('/v1/chat/completions') as ModelCalls['chat']['completions']['create'],
      },
    },
    embeddings: {
      create: (body, options = {}) => whole('/v1/embeddings', body, options) as Promise<Embeddings>,
    },
  }
}
