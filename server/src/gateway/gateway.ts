import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { Catalogue, Model } from '../providers/catalogue.ts'
import { type Price, parsePrice } from '../usage/price.ts'
import type { UsageRecorder } from '../usage/recorder.ts'
import { choose } from './choose.ts'
import type { Client } from './client.ts'
import { chatReader, openRouterReader, responsesReader, translatingReader } from './event-readers.ts'
import { type ModelCall, type ModelRequest, readModelRequest } from './model-request.ts'
import { relayStream, type StreamEnd } from './relay-stream.ts'
import { relayWhole } from './relay-whole.ts'
import { responseContext } from './response-context.ts'
import { SendError, type Sent, send } from './send.ts'
import { type Ending, type Priced, usageEvent } from './settle.ts'
import { type EventReader, StreamMeter } from './stream-meter.ts'
import { isTranslated } from './upstream-body.ts'

/** Called once for every model request that has its row. */
export type Observer = (event: ReturnType<typeof usageEvent>) => void

/** The path of a model request, as a list of steps. */
export class Gateway {
  readonly #deps: Deps
  readonly #catalogue: Catalogue
  readonly #recorder: UsageRecorder
  readonly #observe: Observer
  readonly #prices: ReadonlyMap<string, Price>

  constructor(deps: Deps, catalogue: Catalogue, recorder: UsageRecorder, observe: Observer) {
    this.#deps = deps
    this.#catalogue = catalogue
    this.#recorder = recorder
    this.#observe = observe
    const priced = [...catalogue.models.values()].filter((model) => model.config.prices)
    this.#prices = new Map(
      priced.map(({ id, config }) => [id, parsePrice(config.prices as NonNullable<typeof config.prices>)]),
    )
  }

  /**
   * Serves one authenticated model request: choose a route → (admission stands here) → send → meter → settle. The row
   * is durable before the last byte of the answer goes out.
   *
   * @throws AppError before the first byte only; afterwards a failure is told inside the stream
   */
  async serve(call: ModelCall, client: Client): Promise<void> {
    this.#recorder.entered()
    try {
      await this.#serve(call, client)
    } finally {
      this.#recorder.left()
    }
  }

  async #serve(call: ModelCall, client: Client): Promise<void> {
    const request = readModelRequest(call, this.#deps.config, this.#deps.now())
    const choice = choose(this.#catalogue, request, this.#deps.now())
    const settle = (ending: Ending) => this.#settle(request, choice.model, ending)
    let sent: Sent
    try {
      sent = await send(request, choice, client, this.#deps.now)
    } catch (error) {
      if (!(error instanceof SendError)) throw error
      return this.#fail(error, settle)
    }
    if (request.streamed) await this.#stream(request, sent, client, settle)
    else {
      await relayWhole(request, sent, client, settle, this.#answerHeaders(request, sent), this.#deps.now)
    }
  }

  async #settle(request: ModelRequest, model: Model, ending: Ending): Promise<void> {
    const priced: Priced = {
      id: model.id,
      contextWindow: model.config.contextWindow,
      price: this.#prices.get(model.id),
    }
    const event = usageEvent(request, priced, ending, this.#deps.now())
    this.#observe(event)
    await this.#recorder.record(event)
  }

  async #fail(
    { error, route, attempts, aborted, worked }: SendError,
    settle: (ending: Ending) => Promise<void>,
  ): Promise<void> {
    const outcome = aborted ? 'aborted' : 'failed'
    const status = aborted ? CLIENT_LEFT : error.status
    // A client that left while the provider was at work has used it; a provider that refused did none.
    await settle({
      outcome,
      status,
      error,
      route,
      attempts,
      reported: undefined,
      textBytes: aborted && worked ? 0 : undefined,
    })
    if (!aborted) throw error
  }

  async #stream(
    request: ModelRequest,
    sent: Sent,
    client: Client,
    settle: (ending: Ending) => Promise<void>,
  ): Promise<void> {
    const { route, head, attempts } = sent
    if (!String(head.headers['content-type']).includes('text/event-stream')) {
      sent.attempt.abort()
      route.health.failed(this.#deps.now())
      const error = new AppError('upstream_error', { cause: 'a stream was asked for and the answer is none' })
      await settle({
        outcome: 'failed',
        status: error.status,
        error,
        route,
        attempts,
        reported: undefined,
        textBytes: undefined,
      })
      throw error
    }
    route.health.succeeded()
    const meter = new StreamMeter(this.#readerFor(request, sent))
    const firstByteAt = this.#deps.now()
    client.begin(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      ...this.#answerHeaders(request, sent),
    })
    const end = await relayStream(sent, meter, client)
    const { outcome, error } = judgeStream(end, meter)
    const { usage: reported, textBytes } = meter.tally
    const last = lastBytes(meter, error)
    await settle({
      outcome,
      status: 200,
      ...(error && { error }),
      route,
      attempts,
      firstByteAt,
      reported,
      textBytes,
    })
    if (!last) throw new AppError('internal_error', { cause: 'the end of the stream could not be written' })
    client.end(last)
  }

  #readerFor(request: ModelRequest, { route }: Sent): EventReader {
    if (request.endpoint !== 'responses') {
      const choices = typeof request.json.n === 'number' ? request.json.n : 1
      return (request.openRouter ? openRouterReader : chatReader)(request.wantsUsage, choices)
    }
    return isTranslated(request, route)
      ? translatingReader(responseContext(request), request.openRouter)
      : responsesReader(request.openRouter)
  }

  #answerHeaders(request: ModelRequest, { route, attempts }: Sent): Record<string, string> {
    return {
      'x-request-id': request.requestId,
      'cache-control': 'no-store',
      'x-model-used': route.model,
      'x-provider-id': route.provider.id,
      ...(attempts > 1 && { 'x-fallback-count': String(attempts - 1) }),
    }
  }
}

/** nginx's customary status for a client that closed the connection; it is only ever on a row. */
const CLIENT_LEFT = 499

/** Undefined when they cannot be written, as what is nested too deeply; the row must be written all the same. */
function lastBytes(meter: StreamMeter, error: AppError | undefined): Buffer | undefined {
  try {
    return error ? meter.failure(error) : meter.held()
  } catch {
    return undefined
  }
}

function judgeStream(end: StreamEnd, meter: StreamMeter): { outcome: Ending['outcome']; error?: AppError } {
  if (end === 'gone') return { outcome: 'aborted' }
  if (end === 'timeout') return { outcome: 'failed', error: new AppError('upstream_timeout') }
  if (end === 'broken') return { outcome: 'failed', error: new AppError('upstream_error') }
  // A stream that just stops has not said that it is complete.
  return { outcome: meter.tally.ending ?? 'incomplete' }
}
