import type { FastifyReply } from 'fastify'
import type { Client } from '../gateway/client.ts'

/**
 * The raw sender: the one place that writes to a socket past Fastify. Hijacking a reply loses its headers and hooks, so
 * whatever must be on an answer is passed to `begin`.
 */
export class SocketClient implements Client {
  readonly #reply: FastifyReply
  readonly #slowReaderMs: number
  readonly #left: (() => void)[] = []
  #begun = false
  #ended = false
  #gone = false

  constructor(reply: FastifyReply, slowReaderMs: number) {
    this.#reply = reply
    this.#slowReaderMs = slowReaderMs
    reply.raw.once('close', () => {
      if (this.#ended || reply.raw.writableFinished) return
      this.#gone = true
      for (const left of this.#left.splice(0)) left()
    })
  }

  get gone(): boolean {
    return this.#gone
  }

  get begun(): boolean {
    return this.#begun
  }

  begin(status: number, headers: Readonly<Record<string, string>>): void {
    this.#begun = true
    this.#reply.hijack()
    this.#reply.raw.writeHead(status, { ...SECURITY_HEADERS, ...headers })
    // The client of a stream learns at once that it has begun, whatever time the first event takes.
    if (headers['content-length'] === undefined) this.#reply.raw.flushHeaders()
  }

  write(chunk: Buffer): boolean {
    return this.#gone || this.#reply.raw.write(chunk)
  }

  writable(resume: () => void): void {
    const { raw } = this.#reply
    const timer = setTimeout(() => raw.destroy(), this.#slowReaderMs).unref()
    const stop = () => clearTimeout(timer)
    raw.once('close', stop)
    raw.once('drain', () => {
      stop()
      // A long answer to a slow reader waits many times.
      raw.off('close', stop)
      resume()
    })
  }

  end(chunk?: Buffer): void {
    this.#ended = true
    if (this.#gone) return
    // From here on nobody waits for the reader but the socket: it is cut when nothing of what is left goes out.
    const { raw } = this.#reply
    raw.end(chunk)
    if (raw.writableLength === 0) return
    raw.setTimeout(this.#slowReaderMs)
    raw.prependOnceListener('finish', () => raw.setTimeout(0))
  }

  onGone(left: () => void): void {
    if (this.#gone) left()
    else this.#left.push(left)
  }

  /** Cuts an answer that has begun and cannot be completed: the client must not take it for whole. */
  destroy(): void {
    this.#ended = true
    this.#reply.raw.destroy()
  }
}

export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const
