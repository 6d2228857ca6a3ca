// A fake OpenAI-compatible provider that costs next to nothing, so that the gateways are what is measured. It speaks
// just enough HTTP/1.1 by hand on raw sockets (keep-alive, requests with content-length or chunked) and answers every
// POST with one of two prepared byte strings.
//
//   node upstream.mjs [--port 9000] [--chunks 20] [--delay 5]
//
// --chunks: text chunks per streamed answer; --delay: milliseconds between two of them (0: all in one write).
// Started with an IPC channel it says its port there, takes {chunks, delay}, and answers {count: true} with the
// number of requests it has seen.

import net from 'node:net'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    chunks: { type: 'string', default: '20' },
    delay: { type: 'string', default: '5' },
  },
})

const HEAD_END = Buffer.from('\r\n\r\n')
const LAST_CHUNK = Buffer.from('0\r\n\r\n')
const BUSY_LIMIT = 64 * 1024 * 1024

// One chunk of a chunked answer; the texts are ASCII.
const frame = (text) => `${text.length.toString(16)}\r\n${text}\r\n`

let streams = prepareStreams(Number(options.chunks))
let delay = Number(options.delay)
let seen = 0

const jsonAnswer = prepareJson()

function prepareJson() {
  const body = JSON.stringify({
    id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
    object: 'chat.completion',
    created: 1763788800,
    model: 'upstream-model',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'A gateway stands between the caller and the model, checks the key, counts and passes on.',
          refusal: null,
        },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: 19,
      completion_tokens: 18,
      total_tokens: 37,
      prompt_tokens_details: { cached_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0 },
    },
  })
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
}

function event(delta, finish, usage) {
  const base = { id: 'chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG', object: 'chat.completion.chunk' }
  const choices = delta ? [{ index: 0, delta, logprobs: null, finish_reason: finish }] : []
  return `data: ${JSON.stringify({ ...base, created: 1763788800, model: 'upstream-model', choices, usage })}\n\n`
}

// What is written at each tick, with and without the usage chunk: the head goes with the first text, the end of the
// stream with the last.
function prepareStreams(count) {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'
  const total = count + 19
  const usage = { prompt_tokens: 19, completion_tokens: count, total_tokens: total }
  const prepare = (asked) => {
    const writes = []
    for (let i = 0; i < count; i++) {
      const delta = i === 0 ? { role: 'assistant', content: `w${i} ` } : { content: `w${i} ` }
      writes.push(frame(event(delta, null, asked ? null : undefined)))
    }
    writes[0] = head + writes[0]
    const finish = frame(event({}, 'stop', asked ? null : undefined))
    const ending = (asked ? frame(event(undefined, null, usage)) : '') + frame('data: [DONE]\n\n')
    writes[count - 1] += `${finish}${ending}0\r\n\r\n`
    return writes.map((text) => Buffer.from(text))
  }
  return { plain: prepare(false), withUsage: prepare(true) }
}

function answerStream(socket, writes, done) {
  if (delay === 0) {
    socket.write(Buffer.concat(writes))
    return done()
  }
  let next = 0
  const step = () => {
    if (socket.destroyed) return
    socket.write(writes[next++])
    if (next < writes.length) setTimeout(step, delay)
    else done()
  }
  step()
}

/** Where the first request in `bytes` ends and where its body starts; undefined while it is not complete. */
function findRequest(bytes) {
  const headEnd = bytes.indexOf(HEAD_END)
  if (headEnd === -1) return undefined
  const bodyStart = headEnd + HEAD_END.length
  const head = bytes.latin1Slice(0, headEnd).toLowerCase()
  const at = head.indexOf('\r\ncontent-length:')
  if (at !== -1) {
    const end = bodyStart + Number.parseInt(head.slice(at + 17), 10)
    return end <= bytes.length ? { bodyStart, end } : undefined
  }
  if (!head.includes('\r\ntransfer-encoding:')) return { bodyStart, end: bodyStart }
  const last = bytes.indexOf(LAST_CHUNK, bodyStart)
  return last === -1 ? undefined : { bodyStart, end: last + LAST_CHUNK.length }
}

function serve(socket) {
  let pending
  let busy = false
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())

  const next = () => {
    const request = pending && findRequest(pending)
    if (!request) return
    const body = pending.latin1Slice(request.bodyStart, request.end)
    pending = request.end === pending.length ? undefined : pending.subarray(request.end)
    seen++
    if (!/"stream":\s?true/.test(body)) {
      socket.write(jsonAnswer)
      return next()
    }
    busy = true
    answerStream(socket, body.includes('"include_usage":true') ? streams.withUsage : streams.plain, () => {
      busy = false
      next()
    })
  }

  socket.on('data', (bytes) => {
    pending = pending ? Buffer.concat([pending, bytes]) : bytes
    if (pending.length > BUSY_LIMIT) socket.destroy()
    else if (!busy) next()
  })
}

const server = net.createServer(serve)
server.listen(Number(options.port), '127.0.0.1', () => {
  const { port } = server.address()
  if (process.send) process.send({ port })
  else console.log(`fake provider: http://127.0.0.1:${port}/v1`)
})

process.on('message', (message) => {
  if (message.chunks) streams = prepareStreams(message.chunks)
  if (message.delay !== undefined) delay = message.delay
  process.send({ count: seen })
})
