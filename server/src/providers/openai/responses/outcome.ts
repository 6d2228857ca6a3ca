import { asText, isObject, type JsonObject } from './wire.ts'

export type ResponseError = { code: string; message: string }

/** How an answer ended, in the words of the Responses API. */
export type Outcome =
  | { status: 'completed' }
  | { status: 'incomplete'; reason: 'max_output_tokens' | 'content_filter' }
  | { status: 'failed'; error: ResponseError }

const CUT_OFF: { [reason: string]: 'max_output_tokens' | 'content_filter' } = {
  length: 'max_output_tokens',
  max_tokens: 'max_output_tokens',
  model_length: 'max_output_tokens',
  content_filter: 'content_filter',
}

// Reasons by which Mistral, OpenRouter, DeepSeek, Zhipu and vLLM say that they, not the model, stopped.
const BROKEN = ['error', 'network_error', 'insufficient_system_resource', 'abort']

/** What a finish reason means. Servers that send none, or one of their own, have simply finished. */
export function outcomeOf(finishReason: unknown): Outcome {
  if (typeof finishReason !== 'string') return { status: 'completed' }
  const reason = Object.hasOwn(CUT_OFF, finishReason) ? CUT_OFF[finishReason] : undefined
  if (reason !== undefined) return { status: 'incomplete', reason }
  return BROKEN.includes(finishReason)
    ? failed('server_error', 'The provider broke off the answer.')
    : { status: 'completed' }
}

/** An answer without a single choice is no answer, whatever its status line said. */
export function noAnswer(): Outcome {
  return failed('server_error', 'The provider sent no answer.')
}

export function failed(code: string, message: string): Outcome {
  return { status: 'failed', error: { code, message } }
}

/** The error inside a body or chunk that came with status 200, if there is one. */
export function errorIn(body: JsonObject): ResponseError | undefined {
  // vLLM sends the error flat, everyone else under `error`.
  const error = body.object === 'error' ? body : body.error
  if (!error) return undefined
  if (!isObject(error))
    return { code: 'server_error', message: asText(error) || 'The provider reported an error.' }
  const limited = error.code === 429 || error.code === '429'
  const code = limited ? 'rate_limit_exceeded' : namedCode(error.code)
  return { code, message: asText(error.message) || 'The provider reported an error.' }
}

function namedCode(code: unknown): string {
  const text = asText(code)
  return text === '' || /^\d+$/.test(text) ? 'server_error' : text
}
