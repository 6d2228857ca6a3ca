import type { AppError } from '../errors.ts'
import { isObject } from '../lib/json.ts'
import { writeEvent } from './sse.ts'

/**
 * OpenRouter's SDKs check each field of an answer against their schema and fail the call over one that does not fit.
 * Where OpenAI's own format does not, under /api/v1 it is made to; what fits passes as it came.
 */

type Json = Readonly<Record<string, unknown>>

/** Members that OpenAI sends as null in every chunk, and that OpenRouter's SDK takes as a value or not at all. */
const NEVER_NULL = ['usage', 'system_fingerprint'] as const

/** A chat chunk as the SDKs can read it, `last` being the one before; undefined when they can as it is. */
export function openRouterChunk(chunk: Json, last: Json): Buffer | undefined {
  if (isObject(chunk.error)) {
    const { code, message } = chunk.error
    return failureChunk(
      { ...last, ...chunk },
      Number.isInteger(code) ? Number(code) : 502,
      String(message ?? ''),
    )
  }
  const nulls = NEVER_NULL.filter((name) => chunk[name] === null)
  if (nulls.length === 0) return undefined
  const readable = { ...chunk }
  for (const name of nulls) delete readable[name]
  return writeEvent(readable)
}

/** A Response as the SDKs can read it, the older of which take no null here; undefined when they can as it is. */
export function openRouterResponse(response: Json): Json | undefined {
  const { usage, reasoning, ...rest } = response
  const summaryIsNull = isObject(reasoning) && reasoning.summary === null
  if (usage !== null && !summaryIsNull) return undefined
  return {
    ...rest,
    ...(usage != null && { usage }),
    ...(reasoning !== undefined && { reasoning: summaryIsNull ? withoutSummary(reasoning) : reasoning }),
  }
}

function withoutSummary({ summary: _, ...reasoning }: Json): Json {
  return reasoning
}

/** The same for an event that carries a Response. */
export function openRouterEvent(event: Json): Buffer | undefined {
  const response = isObject(event.response) ? openRouterResponse(event.response) : undefined
  return response && writeEvent({ ...event, response }, String(event.type))
}

/** The chunk that says inside a stream that it failed; `last` is one that came before. */
export function openRouterFailure(last: Json, { status, message }: AppError): Buffer {
  return failureChunk(last, status, message)
}

function failureChunk({ id, created, model }: Json, code: number, message: string): Buffer {
  return writeEvent({
    id: typeof id === 'string' ? id : '',
    object: 'chat.completion.chunk',
    created: Number.isInteger(created) ? created : 0,
    model: typeof model === 'string' ? model : '',
    choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
    error: { code, message },
  })
}
