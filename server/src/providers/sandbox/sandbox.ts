import type { ProviderConfig } from '../../config/config.ts'
import type { Provider, UpstreamCall, UpstreamEvents, UpstreamRequest } from '../provider.ts'
import { answerChat, answerEmbeddings, type SandboxAnswer } from './answers.ts'
import { SandboxGenerator } from './generator.ts'

/**
 * A provider without a network: the same request always gets the same answer. It is what a first start serves, and its
 * answers can be scripted by the request (see `script.ts`).
 */
export function createSandboxProvider(config: Pick<ProviderConfig, 'id' | 'supports'>): Provider {
  return {
    id: config.id,
    supports: { ...config.supports, responses: false },
    wasHeard: () => true,
    connect: async () => undefined,
    send(request, events) {
      return new SandboxExchange(answer(request), events)
    },
    hideCredentials: (text) => text,
    generator: new SandboxGenerator(),
    close: async () => {},
  }
}

function answer(request: UpstreamRequest): SandboxAnswer {
  const body = JSON.parse(request.body.toString()) as Record<string, unknown>
  return request.path === '/embeddings' ? answerEmbeddings(body) : answerChat(body)
}

/** Plays an answer piece by piece, with the pauses of its script, and stops while its reader is slow. */
class SandboxExchange implements UpstreamCall {
  readonly begun = true
  readonly #answer: SandboxAnswer
  readonly #events: UpstreamEvents
  #next = 0
  #ended = false
  #paused = false
  #timer: NodeJS.Timeout | undefined

  constructor(answer: SandboxAnswer, events: UpstreamEvents) {
    this.#answer = answer
    this.#events = events
    this.#timer = setTimeout(() => this.#begin(), answer.delayMs)
  }

  abort(): void {
    this.#ended = true
    clearTimeout(this.#timer)
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#schedule(0)
  }

  #begin(): void {
    this.#events.headers(this.#answer.status, { 'content-type': this.#answer.contentType })
    this.#play()
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer)
    if (!this.#ended) this.#timer = setTimeout(() => this.#play(), delayMs)
  }

  #play(): void {
    while (!this.#ended && !this.#paused) {
      const piece = this.#answer.pieces[this.#next++]
      if (piece === undefined) {
        this.#ended = true
        if (this.#answer.cut) this.#events.error({ kind: 'broken', message: 'cut by the script' })
        else this.#events.end()
        return
      }
      this.#events.data(Buffer.from(piece))
      if (this.#answer.pieceDelayMs > 0) {
        this.#schedule(this.#answer.pieceDelayMs)
        return
      }
    }
  }
}
