import { argumentText } from './answer.ts'
import { asCount, asObject, asText, type JsonObject } from './wire.ts'

/** A function call while its deltas arrive. */
export type Call = {
  index: number
  id: string
  name: string
  /** Arguments that the client has; never ends in white space. */
  sent: string
  /** Arguments that it has not. */
  pending: string
}

/** The calls of one streamed answer: which delta belongs to which call, and which call comes next. */
export type Calls = {
  byIndex: Map<number, Call>
  byId: Map<string, Call>
  last: Call | undefined
  /** Calls the client has not heard of, in order. */
  waiting: Call[]
  taken: number
}

export function newCalls(): Calls {
  return { byIndex: new Map(), byId: new Map(), last: undefined, waiting: [], taken: 0 }
}

/** Adds a delta to its call. Id and name stay as they were first said; some servers repeat them each time. */
export function collectDelta(calls: Calls, delta: JsonObject): Call {
  const fn = asObject(delta.function)
  const id = asText(delta.id)
  const name = asText(fn.name)
  const index = asCount(delta.index, null)
  const call = findCall(calls, index, id, name) ?? addCall(calls, index ?? calls.taken + calls.waiting.length)
  call.id ||= id
  call.name ||= name
  call.pending += argumentText(fn.arguments)
  if (id !== '' && !calls.byId.has(id)) calls.byId.set(id, call)
  calls.last = call
  return call
}

/**
 * The next call that can be announced: it needs its id and name, which do not change afterwards, and every
 * call with a lower index must have gone before, so that the order is the provider's own.
 */
export function nextCall(calls: Calls): Call | undefined {
  const [call] = calls.waiting
  return call !== undefined && call.id !== '' && call.name !== '' && call.index <= calls.taken
    ? call
    : undefined
}

/** Takes the first waiting call, announced or not. */
export function takeCall(calls: Calls): Call | undefined {
  calls.taken += 1
  return calls.waiting.shift()
}

function findCall(calls: Calls, index: number | null, id: string, name: string): Call | undefined {
  const named = id === '' ? undefined : calls.byId.get(id)
  if (index === null) return named ?? (name === '' ? calls.last : undefined)
  if (named?.index === index) return named
  const call = calls.byIndex.get(index)
  // Gemini's compatible API gives every parallel call index 0 and an id of its own. A new id alone says
  // nothing: older vLLM makes one up for each delta, but sends the name only once.
  const another = call !== undefined && name !== '' && id !== '' && call.id !== '' && call.id !== id
  return another ? undefined : call
}

function addCall(calls: Calls, index: number): Call {
  const call: Call = { index, id: '', name: '', sent: '', pending: '' }
  calls.byIndex.set(index, call)
  const after = calls.waiting.findLastIndex((other) => other.index <= index)
  calls.waiting.splice(after + 1, 0, call)
  return call
}
