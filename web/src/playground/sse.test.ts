import { expect, test } from 'vitest'
import { eventData } from './sse.ts'

async function dataOf(bytes: Uint8Array, size: number): Promise<string[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size))
      controller.close()
    },
  })
  return Array.fromAsync(eventData(body))
}

test.each(['\n', '\r\n', '\r'])(
  'events come whole wherever the stream is cut, with lines that end in %j',
  async (end) => {
    const text = [
      ': ping',
      'event: x',
      'data: {"a":"ü–𝄞"}',
      '',
      'data: one',
      'data:two',
      '',
      '',
      'data: [DONE]',
      '',
      '',
    ]
    const bytes = new TextEncoder().encode(text.join(end))
    for (let size = 1; size <= bytes.length; size++) {
      expect(await dataOf(bytes, size)).toEqual(['{"a":"ü–𝄞"}', 'one\ntwo', '[DONE]'])
    }
  },
)
