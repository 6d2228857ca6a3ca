// A small HTTP/1.1 client on raw sockets for the load. It shares a core with the fake provider, so every microsecond
// it saves is one in which the gateway under test has work to do. One connection carries one request at a time, kept
// alive. Only what the targets send is understood: content-length and chunked answers.

import net from 'node:net'

const HEAD_END = Buffer.from('\r\n\r\n')
const LF = 10
// Enough of an answer's end to see whether it is complete.
const TAIL_BYTES = 32

export function requestBytes({ port, path, headers, body }) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const length = Buffer.byteLength(body)
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n` +
      `content-length: ${length}\r\n${lines.join('')}\r\n${body}`,
  )
}

export class Connection {
  #socket
  #pending
  #onDone
  #answer
  // Bytes of the body (or of the current chunk with its line end) still to come; -1: a chunk's size is next.
  #left = 0
  #chunked = false
  #inHead = true
  #lastChunk = false

  constructor(port) {
    this.#socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (bytes) => this.#read(bytes))
    this.#socket.on('error', (error) => this.#fail(error))
    this.#socket.on('close', () => this.#fail(new Error('connection closed')))
  }

  get open() {
    return !this.#socket.destroyed
  }

  close() {
    this.#socket.destroy()
  }

  /**
   * Sends one request. `onDone(error, answer)` is called once; the answer has status, bytes (of the body), tail (its
   * last bytes), started and firstByte (times), and with `keep` the whole body.
   */
  send(request, onDone, keep = false) {
    this.#onDone = onDone
    this.#answer = {
      status: 0,
      bytes: 0,
      tail: '',
      started: performance.now(),
      firstByte: 0,
      parts: keep ? [] : null,
    }
    this.#inHead = true
    this.#lastChunk = false
    this.#socket.write(request)
  }

  #fail(error) {
    const onDone = this.#onDone
    this.#onDone = undefined
    this.#socket.destroy()
    onDone?.(error)
  }

  #read(bytes) {
    if (!this.#onDone) return this.#fail(new Error('bytes without a request'))
    let rest = this.#pending ? Buffer.concat([this.#pending, bytes]) : bytes
    this.#pending = undefined
    if (this.#inHead) rest = this.#readHead(rest)
    if (!rest) return
    if (this.#chunked) this.#readChunks(rest)
    else this.#readLength(rest)
  }

  #readHead(bytes) {
    const end = bytes.indexOf(HEAD_END)
    if (end === -1) {
      this.#pending = bytes
      return undefined
    }
    const head = bytes.latin1Slice(0, end).toLowerCase()
    this.#inHead = false
    this.#answer.status = Number(head.slice(9, 12))
    const length = head.indexOf('\r\ncontent-length:')
    this.#chunked = length === -1
    if (this.#chunked && !head.includes('\r\ntransfer-encoding: chunked')) {
      this.#fail(new Error(`an answer without a length: ${head}`))
      return undefined
    }
    this.#left = this.#chunked ? -1 : Number.parseInt(head.slice(length + 17), 10)
    return bytes.subarray(end + HEAD_END.length)
  }

  #readLength(bytes) {
    if (bytes.length > 0) this.#take(bytes)
    this.#left -= bytes.length
    if (this.#left < 0) this.#fail(new Error('more bytes than announced'))
    else if (this.#left === 0) this.#finish()
  }

  #readChunks(bytes) {
    let at = 0
    while (at < bytes.length) {
      if (this.#left === -1) {
        const lineEnd = bytes.indexOf(LF, at)
        if (lineEnd === -1) break
        const size = Number.parseInt(bytes.latin1Slice(at, lineEnd), 16)
        if (Number.isNaN(size)) return this.#fail(new Error('a chunk without a size'))
        at = lineEnd + 1
        this.#lastChunk = size === 0
        // A chunk is followed by a line end of two bytes; so is the empty one, as no target sends trailers.
        this.#left = size + 2
      }
      const part = Math.min(this.#left, bytes.length - at)
      const data = Math.min(part, this.#left - 2)
      if (data > 0) this.#take(bytes.subarray(at, at + data))
      at += part
      this.#left -= part
      if (this.#left > 0) return
      this.#left = -1
      if (this.#lastChunk) return this.#finish()
    }
    if (at < bytes.length) this.#pending = bytes.subarray(at)
  }

  #take(data) {
    const answer = this.#answer
    if (answer.bytes === 0) answer.firstByte = performance.now()
    answer.bytes += data.length
    answer.parts?.push(data)
    if (data.length >= TAIL_BYTES) answer.tail = data.latin1Slice(data.length - TAIL_BYTES)
    else answer.tail = (answer.tail + data.latin1Slice()).slice(-TAIL_BYTES)
  }

  #finish() {
    const { parts, ...answer } = this.#answer
    const onDone = this.#onDone
    this.#onDone = undefined
    if (parts) answer.body = Buffer.concat(parts).toString()
    onDone(undefined, answer)
  }
}
