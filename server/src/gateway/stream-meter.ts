import type { AppError } from '../errors.ts'
import { isObject } from '../lib/json.ts'
import type { Tokens } from '../usage/price.ts'
import { dataOf, SseSplitter } from './sse.ts'

/** What becomes of an event: it passes, is kept from the client, or is held until the usage is committed. */
export interface Verdict {
  readonly fate: 'pass' | 'hide' | 'hold'
  /** Sent in place of the event. */
  readonly bytes?: Buffer
}

/** An answer that goes on for so long after it said that it has ended is none. */
const HELD_BYTES_MOST = 32 * 1024 * 1024

export const PASS: Verdict = { fate: 'pass' }
export const HIDE: Verdict = { fate: 'hide' }
export const HOLD: Verdict = { fate: 'hold' }

/** What a stream has told so far. */
export interface Tally {
  /** The terminal event has come; nothing that follows matters. */
  done: boolean
  /** How the answer says of itself that it ended. */
  ending: 'completed' | 'incomplete' | 'failed' | undefined
  usage: Tokens | undefined
  /** Bytes of text that had come with or before the usage. */
  usageBytes: number
  /** Bytes of generated text, for the rule of what was not reported. */
  textBytes: number
}

/** One wire format's reading of events. */
export interface EventReader {
  /** Judges one event by its data, and writes what it says into the tally. */
  read(data: string, tally: Tally): Verdict
  /** Bytes to add when the provider's stream has ended as it should. */
  finish(tally: Tally): Buffer | undefined
  /** The bytes that tell the client, inside the stream, that it failed. */
  failure(error: AppError): Buffer
}

/**
 * Reads a stream as it passes. From the first terminal event on everything is held, so that the last bytes of an answer
 * go out after its usage was committed.
 */
export class StreamMeter {
  readonly tally: Tally = { done: false, ending: undefined, usage: undefined, usageBytes: 0, textBytes: 0 }
  readonly #reader: EventReader
  readonly #splitter = new SseSplitter()
  readonly #held: Buffer[] = []
  #holding = false
  #heldBytes = 0

  constructor(reader: EventReader) {
    this.#reader = reader
  }

  /** The bytes that may go out now, if any. @throws Error when the stream is no event stream */
  push(chunk: Buffer): Buffer | undefined {
    const passed: Buffer[] = []
    this.#splitter.push(chunk, (event) => this.#sort(event, passed))
    return passed.length <= 1 ? passed[0] : Buffer.concat(passed)
  }

  /** The provider's stream has ended; what is left is held. */
  finish(): void {
    this.#holding = true
    const rest = this.#splitter.takeRest()
    if (rest.length > 0) this.#sort(rest, [])
    const last = this.#reader.finish(this.tally)
    if (last) this.#held.push(last)
  }

  /** What waits for the commit. */
  held(): Buffer {
    return Buffer.concat(this.#held)
  }

  /** What to send in place of what is held when the stream fails, so that the client is told its end just once. */
  failure(error: AppError): Buffer {
    const bytes = this.#reader.failure(error)
    // A reader that has nothing to say has told the end already.
    return bytes.length > 0 ? bytes : this.held()
  }

  #sort(event: Buffer, passed: Buffer[]): void {
    if (this.tally.done) return
    const data = dataOf(event)
    const { fate, bytes = event } = data === undefined ? PASS : this.#reader.read(data, this.tally)
    if (fate === 'hold') this.#holding = true
    if (fate === 'hide' || bytes.length === 0) return
    if (!this.#holding) {
      passed.push(bytes)
      return
    }
    this.#heldBytes += bytes.length
    if (this.#heldBytes > HELD_BYTES_MOST) throw new Error('the provider goes on after its end')
    this.#held.push(bytes)
  }
}

/** The JSON object in an event's data, if it is one. */
export function parseData(data: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const NOT_TEXT = new Set([
  'role',
  'id',
  'type',
  'index',
  'name',
  'object',
  'status',
  'finish_reason',
  'call_id',
  'logprobs',
  'annotations',
])

/** Bytes of every text in a delta: content, reasoning, refusals, arguments of calls. */
export function textBytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + textBytesOf(item), 0)
  if (!isObject(value)) return 0
  let sum = 0
  for (const name in value) if (!NOT_TEXT.has(name)) sum += textBytesOf(value[name])
  return sum
}
