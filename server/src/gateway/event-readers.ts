import { isObject } from '../lib/json.ts'
import { createResponseStream, type ResponseStream } from '../providers/openai/responses/stream.ts'
import type { ResponseContext, ResponseEvent } from '../providers/openai/responses/wire.ts'
import type { Tokens } from '../usage/price.ts'
import { openRouterChunk, openRouterEvent, openRouterFailure } from './open-router-chunk.ts'
import { writeEvent } from './sse.ts'
import {
  type EventReader,
  HIDE,
  HOLD,
  PASS,
  parseData,
  type Tally,
  textBytesOf,
  type Verdict,
} from './stream-meter.ts'
import { readUsage } from './usage-reader.ts'

/**
 * Chat chunks, passed as they are.
 *
 * @param wantsUsage the client asked for the usage chunk itself; else it is hidden
 * @param choices `n`: with several, one that has finished says nothing of the others
 */
export function chatReader(wantsUsage: boolean, choices: number): EventReader {
  return {
    read: (data, tally) => readChat(data, tally, wantsUsage, choices).verdict,
    finish: () => undefined,
    failure: ({ code, message, entry }) =>
      writeEvent({ error: { message, type: entry.type, code, param: null } }),
  }
}

/** The same for OpenRouter's SDK, which ends a stream over a chunk that does not fit its schema. */
export function openRouterReader(wantsUsage: boolean, choices: number): EventReader {
  let last: Record<string, unknown> = {}
  return {
    read(data, tally) {
      const { verdict, chunk } = readChat(data, tally, wantsUsage, choices)
      if (!chunk || verdict.fate === 'hide') return verdict
      const bytes = openRouterChunk(chunk, last)
      last = chunk
      return bytes ? { fate: verdict.fate, bytes } : verdict
    },
    finish: () => undefined,
    failure: (error) => openRouterFailure(last, error),
  }
}

function readChat(
  data: string,
  tally: Tally,
  wantsUsage: boolean,
  choices: number,
): { readonly verdict: Verdict; readonly chunk?: Record<string, unknown> } {
  if (data === '[DONE]') {
    tally.done = true
    return { verdict: HOLD }
  }
  const chunk = parseData(data)
  if (!chunk) return { verdict: PASS }
  const seen = readChunk(chunk, tally)
  if (seen === 'usage') return { verdict: wantsUsage ? HOLD : HIDE, chunk }
  const last = seen === 'error' || (seen === 'finished' && choices === 1)
  return { verdict: last ? HOLD : PASS, chunk }
}

function readChunk(chunk: Record<string, unknown>, tally: Tally): 'error' | 'usage' | 'finished' | 'text' {
  if (chunk.error) {
    tally.ending = 'failed'
    return 'error'
  }
  const choices = Array.isArray(chunk.choices) ? chunk.choices : []
  let finished = false
  for (const choice of choices) {
    if (!isObject(choice)) continue
    tally.textBytes += textBytesOf(choice.delta)
    // Some servers write an empty text where others write null.
    if (choice.finish_reason) finished = true
  }
  const usage = readUsage(chunk.usage)
  if (usage) noteUsage(tally, usage)
  if (choices.length === 0) return usage ? 'usage' : 'text'
  if (finished) tally.ending ??= 'completed'
  return finished ? 'finished' : 'text'
}

function noteUsage(tally: Tally, usage: Tokens): void {
  tally.usage = usage
  tally.usageBytes = tally.textBytes
}

const ENDINGS: ReadonlyMap<unknown, Tally['ending']> = new Map([
  ['response.completed', 'completed'],
  ['response.incomplete', 'incomplete'],
  ['response.failed', 'failed'],
  ['error', 'failed'],
])

/** Responses events, passed as they are; for OpenRouter's SDK made readable. */
export function responsesReader(openRouter: boolean): EventReader {
  let sequence = 0
  return {
    read(data, tally) {
      const event = parseData(data)
      if (!event) return PASS
      if (typeof event.sequence_number === 'number') sequence = event.sequence_number + 1
      if (typeof event.delta === 'string') tally.textBytes += Buffer.byteLength(event.delta)
      const bytes = openRouter ? openRouterEvent(event) : undefined
      const ending = ENDINGS.get(event.type)
      if (!ending) return bytes ? { fate: 'pass', bytes } : PASS
      tally.ending = ending
      tally.done = true
      const usage = isObject(event.response) ? readUsage(event.response.usage) : undefined
      if (usage) noteUsage(tally, usage)
      return bytes ? { fate: 'hold', bytes } : HOLD
    },
    finish: () => undefined,
    failure: ({ code, message }) =>
      writeEvent({ type: 'error', code, message, param: null, sequence_number: sequence }, 'error'),
  }
}

/** Chat chunks, rewritten as Responses events. */
export function translatingReader(context: ResponseContext, openRouter: boolean): EventReader {
  const translator = createResponseStream(context)
  const write = openRouter ? (event: ResponseEvent) => openRouterEvent(event) ?? writeAsIs(event) : writeAsIs
  return {
    read: (data, tally) => translateEvent(translator, data, tally, write),
    finish: (tally) => {
      const saidSo = tally.done || tally.ending !== undefined
      return emit(saidSo ? translator.finish() : translator.fail(STOPPED), tally, write).bytes
    },
    failure: ({ code, message }) => Buffer.concat(translator.fail({ code, message }).map(write)),
  }
}

/** What a stream that just stops has failed of; the translator would take it for complete. */
const STOPPED = { code: 'upstream_error', message: 'The provider ended its answer before it was complete' }

type WriteEvent = (event: ResponseEvent) => Buffer

function writeAsIs(event: ResponseEvent): Buffer {
  return writeEvent(event, event.type)
}

function translateEvent(translator: ResponseStream, data: string, tally: Tally, write: WriteEvent): Verdict {
  if (data === '[DONE]') {
    const verdict = emit(translator.finish(), tally, write)
    tally.done = true
    return verdict
  }
  const chunk = parseData(data)
  if (!chunk) return HIDE
  readChunk(chunk, tally)
  return emit(translator.push(chunk), tally, write)
}

function emit(events: readonly ResponseEvent[], tally: Tally, write: WriteEvent): Verdict {
  if (events.length === 0) return HIDE
  const ending = ENDINGS.get(events.at(-1)?.type)
  if (ending) tally.ending = ending
  return { fate: ending ? 'hold' : 'pass', bytes: Buffer.concat(events.map(write)) }
}
