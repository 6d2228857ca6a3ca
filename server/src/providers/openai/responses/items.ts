import type { Outcome } from './outcome.ts'
import { asText, isObject, type JsonObject } from './wire.ts'

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

/** A piece of text in an output item; text and refusals share a message, reasoning has an item of its own. */
export type Part = { kind: 'text' | 'refusal' | 'reasoning'; text: string; logprobs: JsonObject[] }

export type PartKind = Part['kind']

/** A function call, complete. */
export type FunctionCall = { itemId: string; callId: string; name: string; arguments: string }

export function partJson(part: Part): JsonObject {
  if (part.kind === 'refusal') return { type: 'refusal', refusal: part.text }
  if (part.kind === 'reasoning') return { type: 'reasoning_text', text: part.text }
  return { type: 'output_text', text: part.text, annotations: [], logprobs: part.logprobs }
}

export function messageItem(id: string, parts: Part[], status: ItemStatus): JsonObject {
  return { id, type: 'message', status, role: 'assistant', content: parts.map(partJson) }
}

export function reasoningItem(id: string, parts: Part[], status: ItemStatus): JsonObject {
  return { id, type: 'reasoning', status, summary: [], content: parts.map(partJson) }
}

export function callItem(call: FunctionCall, status: ItemStatus): JsonObject {
  return {
    id: call.itemId,
    type: 'function_call',
    status,
    call_id: call.callId,
    name: call.name,
    arguments: call.arguments,
  }
}

/** A call's id and item id. Clients find the call by its id, so an id that is missing or taken is replaced. */
export function nameCall(
  id: string,
  taken: Set<string>,
  itemId: () => string,
): { itemId: string; callId: string } {
  const item = `fc_${itemId()}`
  const callId = id === '' || taken.has(id) ? `call_${itemId()}` : id
  taken.add(callId)
  return { itemId: item, callId }
}

/** Only the end of an answer can be cut off, and a call whose arguments do not parse certainly is. */
export function textStatus(isLast: boolean, outcome: Outcome): ItemStatus {
  return isLast && outcome.status !== 'completed' ? 'incomplete' : 'completed'
}

export function callStatus(args: string, isLast: boolean, outcome: Outcome): ItemStatus {
  if (outcome.status === 'completed') return 'completed'
  return isLast || !isCompleteObject(args) ? 'incomplete' : 'completed'
}

/**
 * A call's arguments as clients get them. White space round the end goes, and a call without arguments gets
 * an empty object, because clients parse the text.
 */
export function finalArguments(args: string, outcome: Outcome): string {
  const trimmed = args.trimEnd()
  return trimmed === '' && outcome.status === 'completed' ? '{}' : trimmed
}

/** Whether a text is one whole JSON object, to which nothing but white space could still be added. */
export function isCompleteObject(text: string): boolean {
  if (!text.endsWith('}')) return false
  try {
    return isObject(JSON.parse(text))
  } catch {
    return false
  }
}

/** All text of all messages in a row, as SDKs compute `output_text`. */
export function outputText(output: JsonObject[]): string {
  return output
    .filter((item) => item.type === 'message' && Array.isArray(item.content))
    .flatMap((item) => item.content as JsonObject[])
    .map((part) => (part.type === 'output_text' ? asText(part.text) : ''))
    .join('')
}
