import { ApiError, errorOfResponse, noAnswer, organizationHeader } from '../api.ts'
import { eventData } from './sse.ts'

export interface Said {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

export interface Question {
  readonly model: string
  readonly messages: readonly Said[]
  readonly max_tokens?: number
  readonly temperature?: number
}

export interface Heard {
  /** A piece of the answer. */
  readonly text?: string
  /** A piece of what a model thinks before it answers. */
  readonly thought?: string
  readonly finish?: string
  readonly tokens?: { readonly read: number; readonly written: number }
  readonly requestId?: string
}

interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { content?: string | null; reasoning_content?: string | null }
    readonly finish_reason?: string | null
  }[]
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null
  readonly error?: { readonly code?: string | null; readonly message?: string }
}

/** Seconds to wait, of a refusal that says so. */
export type Refused = ApiError & { retryAfter?: number }

/**
 * Asks a model and hears its answer as it comes.
 *
 * @throws ApiError, also when the answer breaks off; an `AbortError` when `signal` ends it
 */
export async function* ask(question: Question, signal: AbortSignal): AsyncGenerator<Heard> {
  const response = await send(question, signal)
  const requestId = response.headers.get('x-request-id') ?? undefined
  yield { requestId }
  if (!response.body) throw noAnswer()
  let ended = false
  try {
    for await (const data of eventData(response.body)) {
      if (data === '[DONE]') {
        ended = true
        continue
      }
      yield heard(JSON.parse(data) as Chunk, requestId)
    }
  } catch (error) {
    if (signal.aborted || error instanceof ApiError) throw error
    throw brokenOff(requestId)
  }
  if (!ended) throw brokenOff(requestId)
}

async function send(question: Question, signal: AbortSignal): Promise<Response> {
  const body = { ...question, stream: true, stream_options: { include_usage: true } }
  const response = await fetch('/api/dashboard/playground/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...organizationHeader() },
    body: JSON.stringify(body),
    signal,
  }).catch((error) => {
    throw signal.aborted ? error : noAnswer()
  })
  if (response.ok) return response
  const refusal: Refused = await errorOfResponse(response)
  const wait = Number(response.headers.get('retry-after'))
  if (wait > 0) refusal.retryAfter = wait
  throw refusal
}

/** @throws ApiError for an error among the events */
function heard({ choices, usage, error }: Chunk, requestId: string | undefined): Heard {
  if (error) {
    const message = error.message ?? 'The provider failed to answer'
    throw new ApiError(message, { status: 0, code: error.code ?? 'upstream_error', requestId })
  }
  const choice = choices?.[0]
  return {
    ...(choice?.delta?.content && { text: choice.delta.content }),
    ...(choice?.delta?.reasoning_content && { thought: choice.delta.reasoning_content }),
    ...(choice?.finish_reason && { finish: choice.finish_reason }),
    ...(usage && { tokens: { read: usage.prompt_tokens, written: usage.completion_tokens } }),
  }
}

function brokenOff(requestId: string | undefined): ApiError {
  const text = 'The answer broke off. What came before is kept above; ask again for a whole one.'
  return new ApiError(text, { status: 0, code: 'broken_off', requestId })
}
