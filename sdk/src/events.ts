import { ClavigerError, errorOfEvent } from './error.ts'
import { EventSplitter } from './event-splitter.ts'
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
