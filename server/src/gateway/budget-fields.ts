import { AppError } from '../errors.ts'
import { isObject } from '../lib/json.ts'
import type { Endpoint, ModelRequest } from './model-request.ts'

const EVERYWHERE = names('model stream user safety_identifier metadata project_id')

/** What a chat has, and a response too: its translation passes on what it does not know. */
const CONVERSATION = names(`
  chat_template_kwargs frequency_penalty include_reasoning logit_bias min_p parallel_tool_calls presence_penalty
  prompt_cache_key prompt_cache_retention reasoning reasoning_effort repetition_penalty response_format seed
  service_tier session_id stop store stream_options temperature tool_choice tools top_a top_k top_logprobs top_p
  trace transforms usage verbosity`)

/**
 * The fields, per endpoint, of which it is known that they cost nothing beside the tokens that are held: OpenAI's, and
 * the harmless ones of OpenRouter, Mistral and vLLM. Not among them, and why: `web_search_options` and `plugins` (fees),
 * `models`, `route` and `provider` (another model's price), `prediction` (billed beyond the maximum), `audio` (dearer
 * tokens), `prompt` (may bring tools of its own), `best_of` (more answers), `chat_template` (a program, which can write
 * any amount of input), `context_management` (a second answer), `cache_control` (writing to a cache costs more).
 */
const ALLOWED: Readonly<Record<Endpoint, ReadonlySet<string>>> = {
  'chat.completions': new Set([
    ...EVERYWHERE,
    ...CONVERSATION,
    ...names('messages max_tokens max_completion_tokens n functions function_call logprobs modalities'),
    ...names('prompt_mode random_seed safe_prompt'),
  ]),
  responses: new Set([
    ...EVERYWHERE,
    ...CONVERSATION,
    ...names('input instructions max_output_tokens max_tool_calls previous_response_id conversation'),
    ...names('include text truncation background'),
  ]),
  embeddings: new Set([
    ...EVERYWHERE,
    ...names('input dimensions encoding_format input_type output_dimension output_dtype truncate'),
  ]),
}

function names(list: string): string[] {
  return list.trim().split(/\s+/)
}

interface Rule {
  readonly may: (value: unknown) => boolean
  readonly advice: string
}

const VALUES: Readonly<Record<string, Rule>> = {
  // `flex` is cheaper; the others are dearer.
  service_tier: {
    may: (value) => value === 'auto' || value === 'default' || value === 'flex',
    advice: 'Leave it out, or send auto, default or flex.',
  },
  // The answer would be made after the request has ended and its hold is gone.
  background: {
    may: (value) => value === false,
    advice: 'Send the request without it and wait for the answer.',
  },
  modalities: {
    may: (value) => Array.isArray(value) && value.every((modality) => modality === 'text'),
    advice: 'Leave it out, or send ["text"].',
  },
  // vLLM takes a whole template in here; switches as `enable_thinking` are what it is used for.
  chat_template_kwargs: {
    may: hasSwitchesOnly,
    advice: 'Its values may only be true or false.',
  },
}

function hasSwitchesOnly(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((each) => typeof each === 'boolean')
}

const NAME_LONGEST = 64

/** Whether a field is known to bring no input but what stands in the body; a null is no field. */
export function isPlainField(endpoint: Endpoint, field: string, value: unknown): boolean {
  if (value == null) return true
  return ALLOWED[endpoint].has(field) && (field !== 'chat_template_kwargs' || hasSwitchesOnly(value))
}

/**
 * Under a money quota the fields of a request are a closed list (DESIGN section 5): what one invented yesterday costs,
 * nobody knows.
 *
 * @throws AppError `field_not_allowed_under_budget`, naming the field
 */
export function refuseCostlyFields({ endpoint, json }: ModelRequest): void {
  for (const [field, value] of Object.entries(json)) {
    if (value == null) continue
    const rule = Object.hasOwn(VALUES, field) ? VALUES[field] : undefined
    if (ALLOWED[endpoint].has(field) && (rule?.may(value) ?? true)) continue
    const param = field.slice(0, NAME_LONGEST)
    const advice = rule?.advice ?? 'Leave it out, or use a key without a budget.'
    throw new AppError('field_not_allowed_under_budget', {
      message: `${param} is not allowed under a budget, since what it may cost is not known. ${advice}`,
      param,
    })
  }
}
