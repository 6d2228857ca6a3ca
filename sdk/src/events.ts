import { ClavigerError, errorOfEvent } from './error.ts'
import type { Limit } from './transport.ts'

/**
 * The JSON of each server-sent event, up to `[DONE]` or the end. Leaving the loop early ends the request.
 *
 * @throws ClavigerError when the stream breaks or reports an error, or the reason of the caller's signal
 */
export async function* readEvents<T>(response: Response, limit: Limit): AsyncGenerator<T, void, undefined> {
  if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
    await response.body?.cancel()
    throw unexpected('A stream was asked for and the answer is none')
  }
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  const events = new EventSplitter()
  try {
    for (;;) {
      const { done, value } = await limit.watch((signal) => read(reader, signal))
      events.push(done ? `${decoder.decode()}\n\n` : decoder.decode(value, { stream: true }))
      for (let data = events.next(); data !== undefined; data = events.next()) {
        if (data === '[DONE]') return
        const event = parse(data)
        const error = errorOfEvent(response, event)
        if (error) throw error
        yield event as T
      }
      if (done) return
    }
  } finally {
    // What comes after the end of our interest is not read; the connection is not kept for it.
    await reader.cancel().catch(() => {})
  }
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>, signal: AbortSignal) {
  const stop = () => void reader.cancel().catch(() => {})
  signal.addEventListener('abort', stop, { once: true })
  try {
    const piece = await reader.read()
    // A cancelled read looks like the end of the stream.
    signal.throwIfAborted()
    return piece
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Server-sent events (WHATWG HTML §9.2.6), as far as these streams use them: fields other than `data` tell nothing. */
class EventSplitter {
  #rest = ''
  /** Up to here there is no line end: what came in many pieces is not searched again with each of them. */
  #searched = 0
  #data: string[] = []

  push(text: string): void {
    this.#rest += text
  }

  /** The data of the next event, undefined when more text is needed. */
  next(): string | undefined {
    for (;;) {
      const end = this.#rest.indexOf('\n', this.#searched)
      if (end < 0) {
        this.#searched = this.#rest.length
        return undefined
      }
      const line = this.#rest.slice(0, end).replace(/\r$/, '')
      this.#rest = this.#rest.slice(end + 1)
      this.#searched = 0
      if (line.startsWith('data:')) this.#data.push(line.slice(line[5] === ' ' ? 6 : 5))
      else if (line === '' && this.#data.length > 0) return this.#data.splice(0).join('\n')
    }
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch (cause) {
    throw unexpected('The stream holds an event that is not JSON', cause)
  }
}

function unexpected(message: string, cause?: unknown): ClavigerError {
  return new ClavigerError(message, { status: 200, code: 'unexpected_answer', cause })
}
