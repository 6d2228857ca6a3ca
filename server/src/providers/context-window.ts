import type { ModelConfig } from '../config/config.ts'

/** Tokens of input and output together; models that make files have none, and no endpoint for text serves them. */
export function contextWindowOf({ contextWindow }: ModelConfig): number {
  return contextWindow ?? 0
}
