import { chatFormat } from './format.ts'
import { chatMessages } from './messages.ts'
import { chatTools } from './tools.ts'
import { TranslationError } from './translation-error.ts'
import { asList, asObject, type JsonObject, present } from './wire.ts'

/** What the provider understands: both differ between servers that call themselves OpenAI-compatible. */
export type ChatOptions = {
  maxTokensField: 'max_tokens' | 'max_completion_tokens'
  streamOptions: boolean
}

const DEFAULTS: ChatOptions = { maxTokensField: 'max_completion_tokens', streamOptions: true }

// Fields with a place of their own below.
const TRANSLATED = [
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'response_format',
  'reasoning',
  'max_output_tokens',
  'top_logprobs',
  'stream',
  'stream_options',
  'metadata',
  'service_tier',
]

// Fields without a meaning in Chat Completions whose loss changes no answer.
const DROPPED = ['include', 'truncation', 'max_tool_calls', 'context_management', 'access_programs', 'image']

const STATE_ADVICE = 'Send the whole conversation in input.'

// Fields that would be lost silently, or that only exist in Chat Completions and would get past the limits
// which the gateway reads from a Responses body.
const REFUSED: { [field: string]: string } = {
  previous_response_id: `previous_response_id is not supported for this model: no responses are stored. ${STATE_ADVICE}`,
  conversation: `conversation is not supported for this model: no conversations are stored. ${STATE_ADVICE}`,
  conversation_id: `conversation_id is not supported for this model: no conversations are stored. ${STATE_ADVICE}`,
  background:
    'background is not supported for this model. Send the request without it and wait for the answer.',
  prompt: 'prompt templates are not supported for this model. Send their text in instructions and input.',
  moderation: 'moderation is not supported for this model. Send the request without it.',
  messages: 'messages belongs to Chat Completions. Use input.',
  max_tokens: 'max_tokens belongs to Chat Completions. Use max_output_tokens.',
  max_completion_tokens: 'max_completion_tokens belongs to Chat Completions. Use max_output_tokens.',
  n: 'n belongs to Chat Completions. A response has one answer; send the request again for another.',
  functions: 'functions belongs to Chat Completions. Use tools.',
  function_call: 'function_call belongs to Chat Completions. Use tool_choice.',
  modalities: 'modalities is not supported for this model: its responses are text.',
  audio: 'audio is not supported for this model: its responses are text.',
}

const CONSUMED = new Set([...TRANSLATED, ...DROPPED, ...Object.keys(REFUSED)])

/**
 * A Responses body as a Chat Completions body that asks for the same answer. What cannot be asked there
 * throws a TranslationError; a field nobody has heard of passes unchanged.
 */
export function responsesToChat(body: JsonObject, options: ChatOptions = DEFAULTS): JsonObject {
  refuseUntranslatable(body)
  const passed = Object.fromEntries(Object.entries(body).filter(([field]) => !CONSUMED.has(field)))
  return {
    ...present(passed),
    messages: chatMessages(body.input, body.instructions),
    ...chatTools(body),
    ...present({
      response_format: chatFormat(body),
      verbosity: asObject(body.text).verbosity ?? passed.verbosity,
      reasoning_effort: asObject(body.reasoning).effort ?? passed.reasoning_effort,
      [options.maxTokensField]: body.max_output_tokens,
    }),
    ...storageFields(body),
    ...logprobFields(body),
    ...streamFields(body, options),
  }
}

function refuseUntranslatable(body: JsonObject): void {
  for (const [field, message] of Object.entries(REFUSED)) {
    const value = body[field]
    if (value === undefined || value === null || value === false) continue
    if (field === 'n' && value === 1) continue
    throw new TranslationError(message, field)
  }
}

function storageFields(body: JsonObject): JsonObject {
  return present({
    // OpenAI refuses metadata unless the completion is stored, other servers refuse it always. The caller
    // gets it back with the Response in any case.
    metadata: body.store === true ? body.metadata : undefined,
    // The default, which some SDKs spell out and servers without tiers refuse.
    service_tier: body.service_tier === 'auto' ? undefined : body.service_tier,
  })
}

function logprobFields(body: JsonObject): JsonObject {
  const top = body.top_logprobs
  if (top !== undefined && top !== null && top !== 0) return { logprobs: true, top_logprobs: top }
  return asList(body.include).includes('message.output_text.logprobs') ? { logprobs: true } : {}
}

function streamFields(body: JsonObject, options: ChatOptions): JsonObject {
  if (body.stream !== true) return present({ stream: body.stream })
  // Without it a stream ends without usage, and its cost would have to be guessed.
  return options.streamOptions ? { stream: true, stream_options: { include_usage: true } } : { stream: true }
}
