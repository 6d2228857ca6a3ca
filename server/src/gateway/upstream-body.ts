import { AppError } from '../errors.ts'
import type { Route } from '../providers/catalogue.ts'
import { responsesToChat } from '../providers/openai/responses/request.ts'
import { TranslationError } from '../providers/openai/responses/translation-error.ts'
import type { UpstreamRequest } from '../providers/provider.ts'
import type { ModelRequest } from './model-request.ts'
import { withOutputLimit } from './output-limit.ts'

type Json = Record<string, unknown>

/** Whether the route answers /responses by translation to chat completions. */
export function isTranslated(request: ModelRequest, route: Route): boolean {
  return request.endpoint === 'responses' && !route.provider.supports.responses
}

const PATHS = {
  'chat.completions': '/chat/completions',
  responses: '/responses',
  embeddings: '/embeddings',
} as const

/**
 * The request as the route's provider gets it. Only a closed list of fields is touched: `model`, `stream`,
 * `stream_options`, the name of the output limit, and our own `project_id`; whatever else there is, known or invented
 * yesterday, goes on as it came.
 *
 * @param outputTokens the longest answer that was paid for; it becomes the limit where the client set none
 * @throws AppError `not_supported_upstream` when the translation has no words for it, `invalid_json` when it is nested too deeply
 */
export function upstreamRequest(asked: ModelRequest, route: Route, outputTokens?: number): UpstreamRequest {
  const request = withOutputLimit(asked, outputTokens)
  const translated = isTranslated(request, route)
  const json: Json = translated ? translate(request, route) : { ...request.json }
  delete json.project_id
  json.model = route.model
  if (request.streamed || json.stream !== undefined) json.stream = request.streamed
  if (!translated && request.endpoint === 'chat.completions') adaptChat(json, request, route)
  return {
    path: translated ? PATHS['chat.completions'] : PATHS[request.endpoint],
    body: write(json),
    streamed: request.streamed,
  }
}

function adaptChat(json: Json, request: ModelRequest, route: Route): void {
  const { streamOptions, maxCompletionTokens } = route.provider.supports
  if (!maxCompletionTokens && json.max_completion_tokens !== undefined) {
    json.max_tokens ??= json.max_completion_tokens
    delete json.max_completion_tokens
  }
  if (!streamOptions) delete json.stream_options
  else if (request.streamed)
    json.stream_options = { ...(json.stream_options as Json | undefined), include_usage: true }
}

function translate(request: ModelRequest, route: Route): Json {
  const { streamOptions, maxCompletionTokens } = route.provider.supports
  const { project_id: _, ...body } = request.json
  // The answer repeats most of the request, so it must be possible to write that, too.
  const { input: __, ...repeated } = body
  write(repeated)
  try {
    return responsesToChat(
      { ...body, stream: request.streamed },
      { maxTokensField: maxCompletionTokens ? 'max_completion_tokens' : 'max_tokens', streamOptions },
    )
  } catch (error) {
    if (error instanceof TranslationError) {
      throw new AppError('not_supported_upstream', { message: error.message, param: error.param })
    }
    throw error
  }
}

function write(json: Json): string {
  try {
    return JSON.stringify(json)
  } catch (cause) {
    // JSON.parse takes any depth, JSON.stringify does not.
    throw new AppError('invalid_json', { message: 'The body is nested too deeply', cause })
  }
}
