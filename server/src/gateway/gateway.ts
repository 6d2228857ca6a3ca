import { type Deps, inTime } from '../deps.ts'
import { AppError } from '../errors.ts'
import { noteEnded } from '../ledger/catch-up.ts'
import type { Hold } from '../ledger/entry.ts'
import { markSent } from '../ledger/holds.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { countUnderNewLimits } from '../ledger/new-limits.ts'
import { formatNanos } from '../lib/decimal.ts'
import type { Catalogue, Model } from '../providers/catalogue.ts'
import type { Catalogues } from '../providers/catalogues.ts'
import { contextWindowOf } from '../providers/context-window.ts'
import { type Price, parsePrice } from '../usage/price.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import { type Admitted, admit } from './admission.ts'
import { answerStream } from './answer-stream.ts'
import type { Caller } from './caller.ts'
import { type Choice, choose } from './choose.ts'
import type { Client } from './client.ts'
import { Drains } from './drains.ts'
import { missingInPlan } from './gate.ts'
import { type ModelCall, type ModelRequest, readModelRequest } from './model-request.ts'
import { OpenStreams } from './open-streams.ts'
import { planRefusal } from './plan-rights.ts'
import { relayWhole } from './relay-whole.ts'
import { SendError, type SendLimits, type Sent, send } from './send.ts'
import { chargeOf, type Ending, usageEvent } from './settle.ts'

/** Called once for every model request, when its row is durable or could not be written. */
export type Observer = (event: ReturnType<typeof usageEvent>) => void

/** The path of a model request, as a list of steps. */
export class Gateway {
  readonly #deps: Deps
  readonly #catalogues: Catalogues
  readonly #ledger: Ledger
  readonly #observe: Observer
  /** By the model itself, so that a request keeps the price of the catalogue that it began with. */
  readonly #prices = new WeakMap<Model, Price>()
  /** Absent: streams of a revoked key run to their end. */
  readonly #streams: OpenStreams | undefined
  readonly #drains: Drains

  constructor(deps: Deps, catalogues: Catalogues, ledger: Ledger, observe: Observer) {
    this.#deps = deps
    this.#catalogues = catalogues
    this.#ledger = ledger
    this.#observe = observe
    this.#streams = deps.config.gateway.revokedStreams === 'cut' ? new OpenStreams(deps) : undefined
    this.#drains = new Drains(deps.config.gateway)
  }

  /** Ends what no client waits for any more; its rows are still written. */
  close(): void {
    this.#drains.close()
  }

  /**
   * Serves one authenticated model request: choose a route → ask the plan → hold its cost → send → meter → settle. The row
   * is durable before the last byte of the answer goes out.
   *
   * @throws AppError before the first byte only; afterwards a failure is told inside the stream
   */
  async serve(call: ModelCall, client: Client): Promise<void> {
    this.#ledger.entered()
    try {
      const entering = this.#catalogues.enter()
      const use = entering instanceof Promise ? await entering : entering
      try {
        await this.#serve(use.catalogue, call, client)
      } finally {
        this.#catalogues.leave(use)
      }
    } finally {
      this.#ledger.left()
    }
  }

  async #serve(catalogue: Catalogue, call: ModelCall, client: Client): Promise<void> {
    const { now } = this.#deps
    const request = readModelRequest(call, this.#deps.config, now())
    const choice = choose(catalogue, request, now())
    const missing = missingInPlan(request, choice)
    if (missing) throw await planRefusal(this.#deps, missing)
    const price = this.#priceOf(choice.model)
    const admitted = await admit(this.#deps, this.#ledger, request, choice, price)
    let settled = false
    const settle = (ending: Ending) => {
      settled = true
      return this.#settle(request, choice, admitted, ending)
    }
    try {
      await this.#answer(request, choice, admitted, client, settle)
    } catch (error) {
      // A fault of ours must not keep the hold for ever; what a provider did meanwhile, nobody counted.
      if (admitted && !settled) await settle(faultOf(error))
      throw error
    }
  }

  async #answer(
    request: ModelRequest,
    choice: Choice,
    admitted: Admitted | undefined,
    client: Client,
    settle: (ending: Ending) => Promise<void>,
  ): Promise<void> {
    const { now } = this.#deps
    let sent: Sent
    try {
      sent = await send(request, choice, client, now, admitted && this.#limitsOf(admitted, choice))
    } catch (error) {
      if (!(error instanceof SendError)) throw error
      return this.#fail(error, settle, admitted)
    }
    const headers = this.#answerHeaders(request, sent, admitted)
    if (request.streamed) {
      const watch = this.#streams?.watcher(request.caller, request.projectId)
      const guards = { watch, drains: this.#drains }
      await answerStream(request, sent, client, settle, headers, now, guards)
    } else await relayWhole(request, sent, client, settle, headers, now)
  }

  /** What an admission means for the sending: how long the answer may be, and whose hold must say that it may be out. */
  #limitsOf({ hold, outputTokens, sent }: Admitted, { model }: Choice): SendLimits {
    return {
      // The window binds by itself, and vLLM refuses a limit that leaves no room in it.
      outputTokens: outputTokens < contextWindowOf(model.config) ? outputTokens : 0,
      mayReach: sent ? undefined : () => markSent(this.#deps, hold.id),
    }
  }

  async #settle(
    request: ModelRequest,
    { model }: Choice,
    admitted: Admitted | undefined,
    ending: Ending,
  ): Promise<void> {
    const price = this.#priceOf(model)
    const priced = { id: model.id, contextWindow: contextWindowOf(model.config), price }
    const event = usageEvent(request, priced, ending, this.#deps.now(), admitted?.hold)
    if (event.overrun_nanos) {
      this.#deps.log.warn(
        { request: event.id, model: event.model, credits: formatNanos(event.overrun_nanos) },
        'a provider reported more than was held for the request; the difference is not charged',
      )
    }
    try {
      await this.#ledger.record(event, admitted?.hold, admitted && chargeOf(event, ending))
      noteEnded(this.#deps, event, admitted?.hold)
      await this.#followLimits(request.caller, event, admitted?.hold)
    } finally {
      // Who looks at the budgets then finds the charge.
      this.#observe(event)
    }
  }

  /** A limit that came while the request ran counts it, too. On SQLite no other node can have met it first. */
  async #followLimits(caller: Caller, event: UsageEvent, hold: Hold | undefined): Promise<void> {
    if (this.#deps.store.kind === 'sqlite' || !(await caller.hasOtherLimits())) return
    try {
      await inTime(countUnderNewLimits(this.#deps, event, hold))
    } catch (error) {
      const { message } = error as Error
      this.#deps.log.warn({ request: event.id, error: message }, 'a new limit may not count a request')
    }
  }

  #priceOf(model: Model): Price | undefined {
    const { prices } = model.config
    if (!prices) return undefined
    const known = this.#prices.get(model)
    if (known) return known
    const price = parsePrice(prices)
    this.#prices.set(model, price)
    return price
  }

  async #fail(
    { error, route, attempts, reached, aborted, worked }: SendError,
    settle: (ending: Ending) => Promise<void>,
    admitted: Admitted | undefined,
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
      reached,
      reported: undefined,
      textBytes: aborted && worked ? 0 : undefined,
    })
    if (!aborted) throw admitted ? withHeaders(error, admitted.headers) : error
  }

  #answerHeaders(
    request: ModelRequest,
    { route, attempts }: Sent,
    admitted: Admitted | undefined,
  ): Record<string, string> {
    return {
      'x-request-id': request.requestId,
      'cache-control': 'no-store',
      'x-model-used': route.model,
      'x-provider-id': route.provider.id,
      ...(attempts > 1 && { 'x-fallback-count': String(attempts - 1) }),
      ...admitted?.headers,
    }
  }
}

function faultOf(cause: unknown): Ending {
  const error = cause instanceof AppError ? cause : new AppError('internal_error', { cause })
  return {
    outcome: 'failed',
    status: error.status,
    error,
    route: undefined,
    attempts: 0,
    reached: true,
    reported: undefined,
    textBytes: 0,
  }
}

/** The state of the rates stands on every answer to a request that was counted in them. */
function withHeaders({ code, details }: AppError, headers: Readonly<Record<string, string>>): AppError {
  return new AppError(code, { ...details, headers: { ...headers, ...details.headers } })
}

/** nginx's customary status for a client that closed the connection; it is only ever on a row. */
const CLIENT_LEFT = 499
