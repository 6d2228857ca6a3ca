import { isObject } from '../lib/json.ts'
import { createResponseStream, type ResponseStream } from '../providers/openai/responses/stream.ts'
import type { ResponseContext, ResponseEvent } from '../providers/openai/responses/wire.ts'
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
    read(data, tally) {
      if (data === '[DONE]') {
        tally.done = true
        return HOLD
      }
      const chunk = parseData(data)
      if (!chunk) return PASS
      const seen = readChunk(chunk, tally)
      if (seen === 'usage') return wantsUsage ? HOLD : HIDE
      if (seen === 'error') return HOLD
      return seen === 'finished' && choices === 1 ? HOLD : PASS
    },
    finish: () => undefined,
    failure: (code, message) => writeEvent({ error: { message, type: 'upstream_error', code, param: null } }),
  }
}

function readChunk(chunk: Record<string, unknown>, tally: Tally): 'error' | 'usage' | 'finished' | 'text' {
  if (chunk.error) {
    tally.ending = 'failed'
    return 'error'
  }
  const usage = readUsage(chunk.usage)
  if (usage) tally.usage = usage
  const choices = Array.isArray(chunk.choices) ? chunk.choices : []
  if (choices.length === 0) return usage ? 'usage' : 'text'
  let finished = false
  for (const choice of choices) {
    if (!isObject(choice)) continue
    tally.textBytes += textBytesOf(choice.delta)
    if (choice.finish_reason != null) finished = true
  }
  if (finished) tally.ending ??= 'completed'
  return finished ? 'finished' : 'text'
}

const ENDINGS: Readonly<Record<string, Tally['ending']>> = {
  'response.completed': 'completed',
  'response.incomplete': 'incomplete',
  'response.failed': 'failed',
  error: 'failed',
}

/** Responses events, passed as they are. */
export function responsesReader(): EventReader {
  let sequence = 0
  return {
    read(data, tally) {
      const event = parseData(data)
      if (!event) return PASS
      if (typeof event.sequence_number === 'number') sequence = event.sequence_number + 1
      if (typeof event.delta === 'string') tally.textBytes += Buffer.byteLength(event.delta)
      const ending = ENDINGS[String(event.type)]
      if (!ending) return PASS
      tally.ending = ending
      tally.done = true
      if (isObject(event.response)) tally.usage = readUsage(event.response.usage) ?? tally.usage
      return HOLD
    },
    finish: () => undefined,
    failure: (code, message) =>
      writeEvent({ type: 'error', code, message, param: null, sequence_number: sequence }, 'error'),
  }
}

/** Chat chunks, rewritten as Responses events. */
export function translatingReader(context: ResponseContext): EventReader {
  const translator = createResponseStream(context)
  return {
    read: (data, tally) => translateEvent(translator, data, tally),
    finish: (tally) => emit(translator.finish(), tally).bytes,
    failure: (code, message) => Buffer.concat(translator.fail({ code, message }).map(write)),
  }
}

function translateEvent(translator: ResponseStream, data: string, tally: Tally): Verdict {
  if (data === '[DONE]') {
    const verdict = emit(translator.finish(), tally)
    tally.done = true
    return verdict
  }
  const chunk = parseData(data)
  if (!chunk) return HIDE
  readChunk(chunk, tally)
  return emit(translator.push(chunk), tally)
}

function emit(events: readonly ResponseEvent[], tally: Tally): Verdict {
  if (events.length === 0) return HIDE
  const ending = ENDINGS[events.at(-1)?.type ?? '']
  if (ending) tally.ending = ending
  return { fate: ending ? 'hold' : 'pass', bytes: Buffer.concat(events.map(write)) }
}

function write(event: ResponseEvent): Buffer {
  return writeEvent(event, event.type)
}
