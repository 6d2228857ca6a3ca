import { EventSplitter } from '@claviger/sdk/event-splitter'

/**
 * The data of server-sent events, in order, in however many pieces they come.
 *
 * @throws what the stream throws, for instance when it is aborted
 */
export async function* eventData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  const events = new EventSplitter()
  try {
    while (true) {
      const { done, value } = await reader.read()
      // The last event may lack the empty line behind it.
      events.push(done ? `${decoder.decode()}\n\n` : decoder.decode(value, { stream: true }))
      for (let data = events.next(); data !== undefined; data = events.next()) yield data
      if (done) return
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
