import { echoText } from './format.ts'
import { outputText } from './items.ts'
import type { Outcome } from './outcome.ts'
import { echoToolChoice, echoTools } from './tools.ts'
import { asCount, asNumber, asObject, asTextOrNull, type JsonObject, type ResponseContext } from './wire.ts'

/** What the provider contributed; the rest of a Response repeats the request. */
export type Answer = {
  model: string
  serviceTier: string | null
  output: JsonObject[]
  usage: JsonObject | null
}

/** A complete Response object, for an answer that has ended or (without an outcome) is under way. */
export function buildResponse(context: ResponseContext, answer: Answer, outcome?: Outcome): JsonObject {
  return {
    id: context.id,
    object: 'response',
    created_at: context.createdAt,
    completed_at: outcome?.status === 'completed' ? (context.now?.() ?? context.createdAt) : null,
    status: outcome?.status ?? 'in_progress',
    error: outcome?.status === 'failed' ? outcome.error : null,
    incomplete_details: outcome?.status === 'incomplete' ? { reason: outcome.reason } : null,
    model: answer.model,
    output: answer.output,
    output_text: outputText(answer.output),
    usage: answer.usage,
    service_tier: answer.serviceTier ?? asTextOrNull(context.request.service_tier),
    ...echoRequest(context.request),
  }
}

// Every field that OpenAI documents, with OpenAI's default where the request is silent: the typed SDKs
// reject a Response that lacks one.
function echoRequest(request: JsonObject): JsonObject {
  const reasoning = asObject(request.reasoning)
  return {
    access_programs: null,
    background: false,
    conversation: null,
    frequency_penalty: asNumber(request.frequency_penalty, 0),
    instructions: asTextOrNull(request.instructions),
    max_output_tokens: asCount(request.max_output_tokens, null),
    max_tool_calls: asCount(request.max_tool_calls, null),
    metadata: echoMetadata(request.metadata),
    moderation: null,
    parallel_tool_calls: request.parallel_tool_calls !== false,
    presence_penalty: asNumber(request.presence_penalty, 0),
    previous_response_id: null,
    prompt: null,
    prompt_cache_key: asTextOrNull(request.prompt_cache_key),
    reasoning: { effort: asTextOrNull(reasoning.effort), summary: asTextOrNull(reasoning.summary) },
    safety_identifier: asTextOrNull(request.safety_identifier),
    // Whatever was asked, this Response cannot be fetched again.
    store: false,
    temperature: asNumber(request.temperature, 1),
    text: echoText(request),
    tool_choice: echoToolChoice(request.tool_choice),
    tools: echoTools(request.tools),
    top_logprobs: asCount(request.top_logprobs, 0),
    top_p: asNumber(request.top_p, 1),
    truncation: 'disabled',
    user: asTextOrNull(request.user),
  }
}

function echoMetadata(metadata: unknown): JsonObject {
  return Object.fromEntries(
    Object.entries(asObject(metadata)).filter(([, value]) => typeof value === 'string'),
  )
}
