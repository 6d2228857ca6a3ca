import { asCount, asObject, isObject, type JsonObject } from './wire.ts'

/** Chat usage as Responses usage, or null when the provider reported none: unknown is not zero. */
export function responseUsage(usage: unknown): JsonObject | null {
  if (!isObject(usage)) return null
  const input = asCount(usage.prompt_tokens, null)
  const output = asCount(usage.completion_tokens, null)
  if (input === null && output === null) return null
  const prompt = asObject(usage.prompt_tokens_details)
  const completion = asObject(usage.completion_tokens_details)
  return {
    input_tokens: input ?? 0,
    input_tokens_details: {
      // DeepSeek reports cache hits under a name of its own.
      cached_tokens: asCount(prompt.cached_tokens, asCount(usage.prompt_cache_hit_tokens, 0)),
      cache_write_tokens: asCount(prompt.cache_write_tokens, 0),
    },
    output_tokens: output ?? 0,
    output_tokens_details: { reasoning_tokens: asCount(completion.reasoning_tokens, 0) },
    total_tokens: asCount(usage.total_tokens, (input ?? 0) + (output ?? 0)),
  }
}
