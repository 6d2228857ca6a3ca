import { answerLogprobs, answerText, firstChoice, reasoningText } from './answer.ts'
import { errorIn, failed, noAnswer, type Outcome, outcomeOf, type ResponseError } from './outcome.ts'
import { buildResponse } from './response.ts'
import { addCallDelta, addText, endTimeline, newTimeline, type Timeline } from './timeline.ts'
import { responseUsage } from './usage.ts'
import {
  asList,
  asObject,
  asText,
  asTextOrNull,
  isObject,
  type JsonObject,
  type ResponseContext,
  type ResponseEvent,
} from './wire.ts'

/** Chat chunks in, Responses events out. After the final event every method answers with no events. */
export type ResponseStream = {
  /** The two opening events. The other methods send them first if they are still due. */
  start(): ResponseEvent[]
  push(chunk: JsonObject): ResponseEvent[]
  /** The provider's stream ended as it should. */
  finish(): ResponseEvent[]
  /** It did not, or the gateway cut it. */
  fail(error: ResponseError): ResponseEvent[]
}

type State = {
  context: ResponseContext
  timeline: Timeline
  events: ResponseEvent[]
  sequence: number
  silent: boolean
  phase: 'new' | 'running' | 'ended'
  answered: boolean
  finishReason: unknown
  model: string
  serviceTier: string | null
  usage: JsonObject | null
}

/** A translator for one streamed chat completion. Never throws, whatever the chunks hold. */
export function createResponseStream(context: ResponseContext): ResponseStream {
  const state: State = {
    context,
    timeline: newTimeline(context.itemId, (type, fields) => emit(state, type, fields)),
    events: [],
    sequence: 0,
    silent: false,
    phase: 'new',
    answered: false,
    finishReason: null,
    model: asText(context.request.model),
    serviceTier: null,
    usage: null,
  }
  return {
    start: () => running(state, () => undefined),
    push: (chunk) => running(state, () => readChunk(state, asObject(chunk))),
    finish: () =>
      running(state, () => end(state, state.answered ? outcomeOf(state.finishReason) : noAnswer())),
    fail: (error) => running(state, () => end(state, failed(error.code, error.message))),
  }
}

function running(state: State, act: () => unknown): ResponseEvent[] {
  if (state.phase === 'ended') return []
  if (state.phase === 'new') open(state)
  act()
  return state.events.splice(0)
}

function open(state: State): void {
  state.phase = 'running'
  const response = buildResponse(state.context, answerSoFar(state))
  emit(state, 'response.created', { response })
  emit(state, 'response.in_progress', { response })
}

function readChunk(state: State, chunk: JsonObject): void {
  state.model = asText(chunk.model) || state.model
  state.serviceTier = asTextOrNull(chunk.service_tier) ?? state.serviceTier
  state.usage = responseUsage(chunk.usage) ?? state.usage
  const choice = firstChoice(chunk.choices)
  if (choice !== undefined) readChoice(state, choice)
  const error = errorIn(chunk)
  if (error !== undefined) end(state, failed(error.code, error.message))
}

function readChoice(state: State, choice: JsonObject): void {
  state.answered = true
  state.finishReason = choice.finish_reason ?? state.finishReason
  const delta = asObject(choice.delta)
  addText(state.timeline, { kind: 'reasoning', text: reasoningText(delta), logprobs: [] })
  addText(state.timeline, { kind: 'text', text: answerText(delta), logprobs: answerLogprobs(choice) })
  addText(state.timeline, { kind: 'refusal', text: asText(delta.refusal), logprobs: [] })
  for (const call of asList(delta.tool_calls).filter(isObject)) addCallDelta(state.timeline, call)
}

function end(state: State, outcome: Outcome): void {
  // A failed answer keeps what was gathered, but nothing is reported as done: agents act on that.
  state.silent = outcome.status === 'failed'
  endTimeline(state.timeline, outcome)
  state.silent = false
  emit(state, `response.${outcome.status}`, {
    response: buildResponse(state.context, answerSoFar(state), outcome),
  })
  state.phase = 'ended'
}

function answerSoFar(state: State): Parameters<typeof buildResponse>[1] {
  const { model, serviceTier, usage, timeline } = state
  return { model, serviceTier, usage, output: timeline.output.slice() }
}

function emit(state: State, type: string, fields: JsonObject): void {
  if (state.silent) return
  state.events.push({ type, sequence_number: state.sequence, ...fields })
  state.sequence += 1
}
