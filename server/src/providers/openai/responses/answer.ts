import { asCount, asList, asNumber, asObject, asText, isObject, type JsonObject } from './wire.ts'

// Readers for what a provider answers: the same for a whole message and for a delta of a stream.

/** The only choice that is translated: a Response has one answer. */
export function firstChoice(choices: unknown): JsonObject | undefined {
  return asList(choices).find((choice) => isObject(choice) && (choice.index ?? 0) === 0) as
    | JsonObject
    | undefined
}

/** The visible text. Mistral sends a list of parts where others send a string. */
export function answerText(message: JsonObject): string {
  return typeof message.content === 'string' ? message.content : textParts(message.content)
}

/** The thinking, under each of the names it goes by. */
export function reasoningText(message: JsonObject): string {
  // Some servers send both names with the same text, so the second never adds to the first.
  return asText(message.reasoning_content) || asText(message.reasoning) || thinkingParts(message.content)
}

function thinkingParts(content: unknown): string {
  return asList(content)
    .filter(isObject)
    .map((part) => asText(part.thinking) || textParts(part.thinking))
    .join('')
}

function textParts(content: unknown): string {
  return asList(content)
    .filter(isObject)
    .map((part) => (part.type === 'text' ? asText(part.text) : ''))
    .join('')
}

/** The arguments of a call as the text the Responses API carries; some servers send the object itself. */
export function argumentText(value: unknown): string {
  if (!isObject(value)) return asText(value)
  try {
    return JSON.stringify(value)
  } catch {
    // Nested deeper than the stack is: nobody's arguments, but no reason to lose the rest of the answer.
    return ''
  }
}

/** Log probabilities of the text, in the shape that both APIs share, without entries that break it. */
export function answerLogprobs(choice: JsonObject): JsonObject[] {
  return asList(asObject(choice.logprobs).content)
    .filter(isLogprob)
    .map((entry) => ({
      ...logprob(entry),
      top_logprobs: asList(entry.top_logprobs).filter(isLogprob).map(logprob),
    }))
}

function isLogprob(entry: unknown): entry is JsonObject {
  return isObject(entry) && typeof entry.token === 'string' && asNumber(entry.logprob, null) !== null
}

function logprob(entry: JsonObject): JsonObject {
  const bytes = asList(entry.bytes).filter((byte) => asCount(byte, null) !== null)
  return { token: entry.token, bytes, logprob: entry.logprob }
}
