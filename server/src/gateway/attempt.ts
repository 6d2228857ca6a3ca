import type {
  Provider,
  UpstreamCall,
  UpstreamEvents,
  UpstreamFailure,
  UpstreamRequest,
} from '../providers/provider.ts'

export interface AnswerHead {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** Who takes the body of an answer. After `end` or `broken` nothing more comes. */
export interface BodySink {
  data(chunk: Buffer): void
  end(): void
  broken(failure: UpstreamFailure): void
}

/** An attempt that ended without an answer. */
export class AttemptError extends Error {
  readonly kind: UpstreamFailure['kind'] | 'aborted'

  constructor(kind: AttemptError['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

/** One try at one provider: first its head, then its body, which waits until somebody takes it. */
export class Attempt implements UpstreamEvents {
  readonly head: Promise<AnswerHead>
  readonly #call: UpstreamCall
  #settleHead!: { resolve: (head: AnswerHead) => void; reject: (error: AttemptError) => void }
  #sink: BodySink | undefined
  #early: Buffer[] = []
  #over: 'no' | 'ended' | 'aborted' | UpstreamFailure = 'no'
  /** Tells who waits for the whole body that it will not come. */
  #onAbort: (() => void) | undefined

  constructor(provider: Provider, request: UpstreamRequest) {
    this.head = new Promise((resolve, reject) => {
      this.#settleHead = { resolve, reject }
    })
    this.#call = provider.send(request, this)
  }

  /** Whether a byte of the request may be out. */
  get begun(): boolean {
    return this.#call.begun
  }

  headers(status: number, headers: AnswerHead['headers']): void {
    this.#settleHead.resolve({ status, headers })
  }

  data(chunk: Buffer): void {
    if (this.#sink) this.#sink.data(chunk)
    else this.#early.push(chunk)
  }

  end(): void {
    this.#over = 'ended'
    this.#sink?.end()
  }

  error(failure: UpstreamFailure): void {
    this.#over = failure
    this.#settleHead.reject(new AttemptError(failure.kind, failure.message))
    this.#sink?.broken(failure)
  }

  consume(sink: BodySink): void {
    this.#sink = sink
    for (const chunk of this.#early.splice(0)) sink.data(chunk)
    if (this.#over === 'ended') sink.end()
    else if (typeof this.#over === 'object') sink.broken(this.#over)
  }

  /** Ends it from our side: the provider is told by the end of the connection. */
  abort(): void {
    if (this.#over !== 'no') return
    this.#over = 'aborted'
    this.#call.abort()
    this.#settleHead.reject(new AttemptError('aborted', 'aborted'))
    this.#onAbort?.()
  }

  pause(): void {
    this.#call.pause()
  }

  resume(): void {
    this.#call.resume()
  }

  /** The whole body. @throws AttemptError when it breaks off, is aborted or exceeds `mostBytes` */
  async readAll(mostBytes: number): Promise<Buffer> {
    const { bytes, end } = await this.#read(mostBytes)
    if (end === 'ended') return bytes
    if (end === 'full') throw new AttemptError('broken', `the answer is larger than ${mostBytes} bytes`)
    throw end === 'aborted' ? new AttemptError('aborted', 'aborted') : new AttemptError(end.kind, end.message)
  }

  /** What there is of the body, `mostBytes` at most: of a refusal the status counts, however its text ends. */
  async readStart(mostBytes: number): Promise<Buffer> {
    return (await this.#read(mostBytes)).bytes
  }

  #read(mostBytes: number): Promise<{ bytes: Buffer; end: 'ended' | 'full' | 'aborted' | UpstreamFailure }> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = []
      let size = 0
      const finish = (end: 'ended' | 'full' | 'aborted' | UpstreamFailure): void => {
        const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
        resolve({ bytes: bytes.subarray(0, mostBytes), end })
      }
      if (this.#over === 'aborted') return finish('aborted')
      this.#onAbort = () => finish('aborted')
      this.consume({
        data: (chunk) => {
          if (size > mostBytes) return
          size += chunk.length
          chunks.push(chunk)
          if (size <= mostBytes) return
          this.#over = 'aborted'
          this.#call.abort()
          finish('full')
        },
        end: () => finish('ended'),
        broken: finish,
      })
    })
  }
}
