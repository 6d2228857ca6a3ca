import { AppError } from '../errors.ts'
import type { Endpoint, ModelRequest } from './model-request.ts'

/** What limits an answer, reasoning included; the last is the name under which a limit of ours is set. */
const LIMITS: Readonly<Record<Endpoint, readonly string[]>> = {
  'chat.completions': ['max_tokens', 'max_completion_tokens'],
  responses: ['max_output_tokens'],
  embeddings: [],
}

/**
 * The longest answer that the client asks for, in tokens: the greatest where it names several, since which of them
 * counts is the provider's choice. Undefined when it set none, as null does.
 *
 * @throws AppError `invalid_request` when one is not a whole number above zero
 */
export function clientMaximum({ endpoint, json }: ModelRequest): number | undefined {
  let most: number | undefined
  for (const param of LIMITS[endpoint]) {
    const value = json[param]
    if (value == null) continue
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) {
      throw new AppError('invalid_request', { message: `${param} must be a whole number above zero`, param })
    }
    most = Math.max(most ?? 0, value)
  }
  return most
}

/** The field by which the client limits the answer, the one that counts where it names several; undefined: it set none. */
export function maximumField({ endpoint, json }: ModelRequest): string | undefined {
  const named = LIMITS[endpoint].filter((name) => typeof json[name] === 'number')
  return named.toSorted((a, b) => (json[b] as number) - (json[a] as number))[0]
}

/**
 * The request with our limit where the client set none. A limit of 0 stands for none: no quota needed one.
 *
 * @param outputTokens the longest answer that was paid for
 */
export function withOutputLimit(request: ModelRequest, outputTokens: number | undefined): ModelRequest {
  const { endpoint, json } = request
  const field = LIMITS[endpoint].at(-1)
  if (!outputTokens || !field || LIMITS[endpoint].some((name) => json[name] != null)) return request
  return { ...request, json: { ...json, [field]: outputTokens } }
}
