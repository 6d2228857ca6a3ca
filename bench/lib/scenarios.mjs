// What is asked of every target, byte for byte the same.

import { requestBytes } from './http-client.mjs'
import { MODEL } from './targets.mjs'

const PATH = '/v1/chat/completions'
const TEXT = 'Explain in two sentences why a gateway in front of a model should do as little as possible. '

/** A chat request of exactly `bytes` bytes. */
function chatBody(bytes, extra = {}) {
  const body = (content) =>
    JSON.stringify({ model: MODEL, messages: [{ role: 'user', content }], max_tokens: 256, ...extra })
  const room = bytes - body('').length
  return body(TEXT.repeat(Math.ceil(room / TEXT.length)).slice(0, room))
}

const streamed = { stream: true, stream_options: { include_usage: true } }

export const scenarios = [
  {
    id: 'chat',
    title: 'Non-streamed, 235-byte request, 480-byte answer, 50 connections',
    body: chatBody(235),
    stream: false,
    connections: 50,
  },
  {
    id: 'chat-2k',
    title: 'Non-streamed, 2048-byte request, 480-byte answer, 50 connections',
    body: chatBody(2048),
    stream: false,
    connections: 50,
  },
  {
    id: 'chat-400',
    title: 'Non-streamed, 235-byte request, 480-byte answer, 400 connections',
    body: chatBody(235),
    stream: false,
    connections: 400,
  },
  {
    id: 'stream',
    title: 'Streamed, 20 chunks 5 ms apart, 32 connections',
    body: chatBody(235, streamed),
    stream: true,
    connections: 32,
  },
]

export const loadChunks = { chunks: 20, delay: 5 }
// The first byte does not wait for the rest: a short stream makes more rounds of the same time.
export const firstByteChunks = { chunks: 5, delay: 1 }

/** The request as text of one byte per character, which survives IPC. */
export function requestFor(target, scenario) {
  const { port, headers } = target
  return requestBytes({ port, path: PATH, headers, body: scenario.body }).toString('latin1')
}

/**
 * What a client makes of a whole answer: its text, its usage, how many events. Two targets that pass the same answer
 * on give the same.
 */
export function readAnswer(answer, stream) {
  if (answer.status !== 200) throw new Error(`status ${answer.status}: ${answer.body.slice(0, 500)}`)
  if (!stream) {
    const { choices, usage } = JSON.parse(answer.body)
    return { text: choices[0].message.content, usage, events: 1 }
  }
  const events = answer.body
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice(6)))
  const text = events.map((event) => event.choices[0]?.delta.content ?? '').join('')
  return { text, usage: events.findLast((event) => event.usage)?.usage, events: events.length }
}
