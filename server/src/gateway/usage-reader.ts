import { isObject } from '../lib/json.ts'
import type { Tokens } from '../usage/price.ts'

/** Counts beyond this are a provider's error, not a usage. */
const TOKENS_MOST = 1_000_000_000

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= TOKENS_MOST
    ? value
    : undefined
}

function detail(usage: Record<string, unknown>, group: string, name: string): number {
  const details = usage[group]
  return (isObject(details) && count(details[name])) || 0
}

/**
 * The tokens that a provider reports, in the words of chat completions, responses or embeddings. Undefined when it
 * reports none or nonsense; a zero is a value.
 */
export function readUsage(usage: unknown): Tokens | undefined {
  if (!isObject(usage)) return undefined
  const chat = usage.prompt_tokens !== undefined
  const input = count(chat ? usage.prompt_tokens : usage.input_tokens)
  if (input === undefined) return undefined
  const given = chat ? usage.completion_tokens : usage.output_tokens
  const output = given === undefined ? 0 : count(given)
  if (output === undefined) return undefined
  const inputDetails = chat ? 'prompt_tokens_details' : 'input_tokens_details'
  const outputDetails = chat ? 'completion_tokens_details' : 'output_tokens_details'
  const reasoning = detail(usage, outputDetails, 'reasoning_tokens')
  // xAI and bridges to Gemini count reasoning beside the answer, not in it; only the total tells.
  const beside = (count(usage.total_tokens) ?? 0) - input - output
  return {
    input,
    cached: Math.min(detail(usage, inputDetails, 'cached_tokens'), input),
    output: output + Math.max(0, Math.min(beside, reasoning)),
    reasoning,
  }
}

/** Bytes that count as one token where a provider reported nothing: the usual mean of today's tokenizers. */
const BYTES_PER_TOKEN = 4

/**
 * The rule for what was not reported: a token for every four bytes of the request's body (never more than the context
 * window holds) and of the text that was passed on.
 */
export function countTokens(bodyBytes: number, textBytes: number, contextWindow: number): Tokens {
  return {
    input: Math.min(Math.ceil(bodyBytes / BYTES_PER_TOKEN), contextWindow),
    cached: 0,
    output: Math.min(Math.ceil(textBytes / BYTES_PER_TOKEN), contextWindow),
    reasoning: 0,
  }
}
