import { GenerationFailure, type GenerationStep } from './generation.ts'
import type { Provider } from './provider.ts'
import type { WholeAnswer } from './whole-answer.ts'

/** What is wrong with the input, wherever it is asked. */
const REFUSED = new Set([400, 413, 415, 422])
/** A rule on content, in the codes and words of OpenAI, Azure and their like. */
const CONTENT = /content[_ ]?(policy|filter|moderat)|moderation|safety|responsible[_ ]?ai|nsfw/i
const MESSAGE_MOST = 500
const RETRY_MOST_MS = 3_600_000

/** Control characters (no database takes NUL, and others forge log lines), line separators, bidirectional overrides. */
const UNPRINTABLE = /[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu

/**
 * Words that came from elsewhere, as they may be stored and shown; undefined when there are none.
 *
 * @param hide takes out what is the operator's alone
 */
export function shownWords(
  text: string | undefined,
  hide: Provider['hideCredentials'] = (same) => same,
): string | undefined {
  // Hidden before it is cut, so that no half of a credential is left.
  const clean = hide((text ?? '').replace(UNPRINTABLE, ' ')).trim()
  return clean.slice(0, MESSAGE_MOST).toWellFormed() || undefined
}

/**
 * Sorts an answer that is no success: a refusal of what was asked is the end of the task, anything else the failure of
 * this try.
 *
 * @param said the provider's own words, as `shownWords` gives them
 * @throws GenerationFailure
 */
export function sortBadAnswer(
  { status, headers }: Pick<WholeAnswer, 'status' | 'headers'>,
  said: string | undefined,
): GenerationStep {
  if (REFUSED.has(status) || (status < 500 && CONTENT.test(said ?? '')))
    return { state: 'refused', message: said ?? 'The provider refused the input' }
  const retryAfterMs = readRetryAfter(headers['retry-after'])
  if (status === 429) throw new GenerationFailure('The provider limits its rate', false, retryAfterMs)
  if (status === 401 || status === 403)
    throw new GenerationFailure(
      'The provider refused this server; its operator must check the provider',
      false,
    )
  // It was taken by nobody, while what failed on the way or inside may have been.
  const reached = status === 408 || status >= 500
  throw new GenerationFailure(`The provider failed (${status})`, reached, retryAfterMs)
}

/** Seconds or a date (RFC 9110 section 10.2.3) as milliseconds from now. */
function readRetryAfter(value: string | string[] | undefined): number | undefined {
  if (typeof value !== 'string') return undefined
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), RETRY_MOST_MS)
}
