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
/** The same of a delta or a message; vLLM and its kin send null for what there is not. */
const NEVER_NULL_IN_CHOICE = ['tool_calls', 'reasoning_details', 'audio', 'images', 'role', 'name', 'model']

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
  const readable = withoutNulls(chunk, NEVER_NULL)
  const choices = readableChoices(chunk.choices, 'delta')
  if (!readable && !choices) return undefined
  return writeEvent({ ...(readable ?? chunk), ...(choices && { choices }) })
}

/** A whole chat answer as the SDKs can read it; undefined when they can as it is. */
export function openRouterCompletion(answer: Json): Json | undefined {
  const readable = withoutNulls(answer, ['usage'])
  const choices = readableChoices(answer.choices, 'message')
  const { system_fingerprint: fingerprint } = answer
  if (fingerprint !== undefined && !choices && !readable) return undefined
  // They refuse an answer without the field, and many providers leave it out.
  const { system_fingerprint: _, ...rest } = readable ?? answer
  return { ...rest, ...(choices && { choices }), system_fingerprint: fingerprint ?? null }
}

/** The choices without the nulls of their deltas or messages; undefined when there are none. */
function readableChoices(choices: unknown, part: 'delta' | 'message'): Json[] | undefined {
  if (!Array.isArray(choices)) return undefined
  let changed: Json[] | undefined
  choices.forEach((choice: Json, index) => {
    const told = isObject(choice) ? choice[part] : undefined
    const readable = isObject(told) ? withoutNulls(told, NEVER_NULL_IN_CHOICE) : undefined
    if (!readable) return
    changed ??= [...(choices as Json[])]
    changed[index] = { ...choice, [part]: readable }
  })
  return changed
}

/** A copy without those of the members that are null; undefined when none is. */
function withoutNulls(json: Json, names: readonly string[]): Json | undefined {
  const nulls = names.filter((name) => json[name] === null)
  if (nulls.length === 0) return undefined
  const rest = { ...json }
  for (const name of nulls) delete rest[name]
  return rest
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
