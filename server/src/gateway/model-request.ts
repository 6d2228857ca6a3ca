import type { Config } from '../config/config.ts'
import { AppError, cleanText } from '../errors.ts'
import { isObject, parseJson } from '../lib/json.ts'
import type { Caller } from './caller.ts'

export type Endpoint = 'chat.completions' | 'responses' | 'embeddings'

/** A model request as it came in. */
export interface ModelCall {
  readonly requestId: string
  readonly endpoint: Endpoint
  readonly caller: Caller
  readonly body: Buffer
  readonly accept: string | undefined
  /** The caller came by /api/v1, where OpenRouter's SDK is served. */
  readonly openRouter: boolean
  /** The `x-end-user` header. */
  readonly endUser: string | undefined
}

/** The same, read: parsed once, and with the few fields that the gateway acts on. */
export interface ModelRequest extends ModelCall {
  readonly startedAt: number
  readonly json: Readonly<Record<string, unknown>>
  readonly modelName: string
  readonly streamed: boolean
  /** The client itself asked for the usage chunk of a chat stream. */
  readonly wantsUsage: boolean
  readonly projectId: string | null
  readonly endUserId: string | null
}

/**
 * Parses the body and reads what the gateway acts on; everything else stays as it is.
 *
 * @throws AppError `invalid_json`, `invalid_request`, `project_forbidden`
 */
export function readModelRequest(call: ModelCall, config: Config, startedAt: number): ModelRequest {
  const json = parseBody(call.body)
  const fail = (param: string, why: string) =>
    new AppError('invalid_request', { message: `${param} ${why}`, param })
  if (json.stream != null && typeof json.stream !== 'boolean') throw fail('stream', 'must be true or false')
  if (json.model != null && typeof json.model !== 'string') throw fail('model', 'must be a string')
  if (!json.model && call.endpoint !== 'responses') throw fail('model', 'is required')
  if (call.endpoint === 'responses' && isEmptyInput(json.input)) {
    throw new AppError('invalid_request', { message: 'input is required', param: 'input' })
  }
  const options = json.stream_options
  return {
    ...call,
    startedAt,
    json,
    modelName: (json.model as string | null | undefined) || 'auto',
    streamed: isStreamed(json, call, config),
    wantsUsage: isObject(options) && options.include_usage === true,
    projectId: projectOf(json, call.caller),
    endUserId: endUserOf(json, call),
  }
}

function parseBody(body: Buffer): Record<string, unknown> {
  let json: unknown
  try {
    json = parseJson(body.toString('utf8'))
  } catch {
    throw new AppError('invalid_json')
  }
  if (!isObject(json)) throw new AppError('invalid_json', { message: 'The body must be a JSON object' })
  return json
}

function isEmptyInput(input: unknown): boolean {
  return input == null || input === '' || (Array.isArray(input) && input.length === 0)
}

/** EU GPT streams unless told otherwise; a client that asks for JSON, as the `openai` SDK does, is told so by `Accept`. */
function isStreamed(json: Record<string, unknown>, call: ModelCall, config: Config): boolean {
  if (call.endpoint === 'embeddings') return false
  if (typeof json.stream === 'boolean') return json.stream
  if (call.endpoint !== 'responses' || !config.responses.streamByDefault) return false
  return !/\bapplication\/json\b/i.test(call.accept ?? '')
}

/** The same 403 for a foreign project and for one that does not exist. */
function projectOf(json: Record<string, unknown>, { projectId, projectIds }: Caller): string | null {
  const named = json.project_id
  if (named == null) return projectId
  if (
    typeof named !== 'string' ||
    !projectIds.includes(named) ||
    (projectId !== null && projectId !== named)
  ) {
    throw new AppError('project_forbidden', { param: 'project_id' })
  }
  return named
}

/** Whom the caller serves: the header before the body, the newer body field before the older. */
function endUserOf(json: Record<string, unknown>, call: ModelCall): string | null {
  const named = call.endUser ?? json.safety_identifier ?? json.user
  if (named == null || named === '') return null
  if (typeof named !== 'string')
    throw new AppError('invalid_request', { message: 'user must be a string', param: 'user' })
  return cleanText(named, 'The end user', 256)
}
