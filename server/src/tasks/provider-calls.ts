import type { Deps } from '../deps.ts'
import type { Route } from '../providers/catalogue.ts'
import {
  GenerationFailure,
  type GenerationJob,
  type GenerationStep,
  type Generator,
  type TaskType,
} from '../providers/generation.ts'
import { type ClaimedTask, Leaving, LostClaim } from './claimed-task.ts'
import { GaveUp, timedOut } from './give-up.ts'
import { readInput, type TaskRow } from './task.ts'

/** What one try asks of a provider, within the time that the model gives a route. */
export class ProviderCalls {
  readonly #deps: Deps
  readonly #task: ClaimedTask
  readonly #route: Route
  readonly #timeoutMs: number

  constructor(deps: Deps, task: ClaimedTask, route: Route, timeoutMs: number) {
    this.#deps = deps
    this.#task = task
    this.#route = route
    this.#timeoutMs = timeoutMs
  }

  /**
   * Sends the task, unless a provider is known to have it. That it is sent is written down before: who finds it without
   * an outcome knows that it may have arrived.
   *
   * @throws GaveUp, LostClaim, Leaving
   */
  async begin(): Promise<GenerationStep> {
    const { row } = this.#task
    if (row.external_id !== null) return { state: 'running', externalId: row.external_id, pollAfterMs: 0 }
    const generator = this.#generator()
    this.#task.check()
    const at = this.#deps.now()
    const submits = row.submits + 1
    const reason = row.submitted_at !== null ? 'outcome_unknown' : submits > 1 ? 'retry' : 'first'
    await this.#task.write(
      { state: 'processing', started_at: row.started_at ?? at, submitted_at: at, submits },
      'submitted',
      { provider: this.#route.provider.id, number: submits, reason },
    )
    if (this.#task.isLost()) throw new LostClaim()
    try {
      return await this.#call((job, signal) => generator.submit(job, signal))
    } catch (error) {
      if (error instanceof GenerationFailure) throw GaveUp.after(error)
      throw error
    }
  }

  /** @throws GenerationFailure, GaveUp, LostClaim, Leaving */
  poll(externalId: string): Promise<GenerationStep> {
    const generator = this.#generator()
    this.#task.check()
    return this.#call((job, signal) => generator.poll(externalId, job, signal))
  }

  /** Waits, but not beyond the time of the route. @throws GaveUp, LostClaim, Leaving */
  async pause(milliseconds: number): Promise<void> {
    await this.#task.pause(Math.max(0, Math.min(milliseconds, this.#left())))
    if (this.#left() <= 0) throw timedOut()
  }

  #generator(): Generator {
    const { generator } = this.#route.provider
    if (generator) return generator
    throw new GaveUp('not_supported', `the provider ${this.#route.provider.id} makes no files`, false)
  }

  #left(): number {
    return (this.#task.row.submitted_at ?? this.#deps.now()) + this.#timeoutMs - this.#deps.now()
  }

  async #call(
    work: (job: GenerationJob, signal: AbortSignal) => Promise<GenerationStep>,
  ): Promise<GenerationStep> {
    const task = this.#task
    const late = AbortSignal.timeout(Math.max(1, this.#left()))
    const signal = AbortSignal.any([task.signal, late])
    try {
      return await Promise.race([work(jobOf(task.row, this.#route), signal), ended(signal)])
    } catch (error) {
      if (task.isLost()) throw new LostClaim()
      if (task.signal.aborted) throw new Leaving()
      if (late.aborted) throw timedOut()
      throw error
    }
  }
}

/** A provider that does not mind the signal must not keep us. */
function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function jobOf(row: TaskRow, route: Route): GenerationJob {
  return {
    ...readInput(row),
    taskId: row.id,
    type: row.type as TaskType,
    model: route.model,
    idempotencyKey: `${row.id}-${row.route}`,
  }
}
