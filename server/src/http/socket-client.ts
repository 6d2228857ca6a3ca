import type { ServerResponse } from 'node:http'
import type { Client } from '../gateway/client.ts'

/** The raw sender of a model answer. No hook adds anything to it, so whatever must be on it is passed to `begin`. */
export class SocketClient implements Client {
  readonly #response: ServerResponse
  readonly #slowReaderMs: number
  readonly #left: (() => void)[] = []
  #begun = false
  #ended = false
  #gone = false

  constructor(response: ServerResponse, slowReaderMs: number) {
    this.#response = response
    this.#slowReaderMs = slowReaderMs
    this.#gone = response.closed
    response.once('close', () => {
      if (this.#ended || response.writableFinished) return
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
    this.#response.writeHead(status, { ...SECURITY_HEADERS, ...headers })
    // The client of a stream learns at once that it has begun, whatever time the first event takes.
    if (headers['content-length'] === undefined) this.#response.flushHeaders()
  }

  write(chunk: Buffer): boolean {
    return this.#gone || this.#response.write(chunk)
  }

  writable(resume: () => void): void {
    const response = this.#response
    const timer = setTimeout(() => response.destroy(), this.#slowReaderMs).unref()
    const stop = () => clearTimeout(timer)
    response.once('close', stop)
    response.once('drain', () => {
      stop()
      // A long answer to a slow reader waits many times.
      response.off('close', stop)
      resume()
    })
  }

  end(chunk?: Buffer): void {
    this.#ended = true
    if (this.#gone) return
    // From here on nobody waits for the reader but the socket: it is cut when nothing of what is left goes out.
    const response = this.#response
    response.end(chunk)
    if (response.writableLength === 0) return
    response.setTimeout(this.#slowReaderMs)
    response.prependOnceListener('finish', () => response.setTimeout(0))
  }

  onGone(left: () => void): void {
    if (this.#gone) left()
    else this.#left.push(left)
  }

  /** Cuts an answer that has begun and cannot be completed: the client must not take it for whole. */
  destroy(): void {
    this.#ended = true
    this.#response.destroy()
  }
}

export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const
