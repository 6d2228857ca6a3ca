import type { Deps } from '../deps.ts'
import type { Model, Route } from '../providers/catalogue.ts'
import type { GenerationFailure } from '../providers/generation.ts'
import type { ClaimedTask } from './claimed-task.ts'
import type { TaskEnd } from './end-task.ts'

const DELAY_MS = 1000
const DELAY_MOST_MS = 60_000
/** A provider may ask to be left alone, but not for ever. */
const RETRY_AFTER_MOST_MS = 600_000

/** What was made is not what is kept; the provider works, and its routes need no rest. */
const OUTPUT_REFUSED = 'output_refused'

/** A try is over without an output. Its message is for the log: it may tell of addresses that are nobody's business. */
export class GaveUp extends Error {
  readonly code: string
  readonly reached: boolean
  readonly retryAfterMs: number | undefined

  constructor(code: string, message: string, reached: boolean, retryAfterMs?: number) {
    super(message)
    this.code = code
    this.reached = reached
    this.retryAfterMs = retryAfterMs
  }

  static after({ message, reached, retryAfterMs }: GenerationFailure): GaveUp {
    return new GaveUp('provider_failed', message, reached, retryAfterMs)
  }
}

const TIMED_OUT = 'timed_out'

export function outputRefused(message: string): GaveUp {
  return new GaveUp(OUTPUT_REFUSED, message, true)
}

export function timedOut(): GaveUp {
  return new GaveUp(TIMED_OUT, 'the provider did not finish in time', true)
}

/** Milliseconds before the next of several tries, longer from one to the next, and never the same for two tasks. */
export function retryDelay(tries: number): number {
  return Math.min(DELAY_MOST_MS, DELAY_MS * 2 ** (tries - 1)) * (0.5 + Math.random())
}

/**
 * Puts a task back into the queue, for the next route of its model or, when all had their turn, for a later time.
 *
 * @returns how it ends when it was tried often enough; undefined when it goes on
 */
export async function giveUp(
  deps: Deps,
  model: Model,
  route: Route,
  task: ClaimedTask,
  fault: GaveUp,
): Promise<TaskEnd | undefined> {
  const { row } = task
  const now = deps.now()
  if (fault.code !== OUTPUT_REFUSED) route.health.failed(now)
  deps.log.warn(
    {
      task: row.id,
      provider: route.provider.id,
      code: fault.code,
      error: route.provider.hideCredentials(fault.message),
    },
    'a provider did not finish a task',
  )
  const detail = { provider: route.provider.id, code: fault.code, reached: fault.reached }
  const late = fault.code === TIMED_OUT
  // Each route may take its whole time once; a second time nobody waits for.
  if (row.attempts >= deps.config.tasks.attempts || (late && row.attempts >= model.routes.length)) {
    const error = late ? 'The provider did not finish in time' : 'The provider failed to make this'
    return { state: 'failed', code: fault.code, error }
  }
  const next = nextRoute(model, row.route, now)
  const { provider } = model.routes[next % model.routes.length] as Route
  const again = provider === route.provider
  const rounds = Math.floor(next / model.routes.length)
  const asked = Math.min(fault.retryAfterMs ?? 0, RETRY_AFTER_MOST_MS)
  const delay = again ? Math.round(Math.max(asked, retryDelay(Math.max(1, rounds)))) : 0
  const place = { route: next, provider: provider.id, external_id: null, submitted_at: null }
  await task.write({ ...place, due_at: now + delay, worker: null }, 'attempt_failed', {
    ...detail,
    next: provider.id,
    after_ms: delay,
  })
  return undefined
}

/** The one behind it that does not rest, round and round; else simply the one behind it. */
function nextRoute({ routes }: Model, current: number, now: number): number {
  for (let next = current + 1; next < current + routes.length; next++) {
    if (!routes[next % routes.length]?.health.rests(now)) return next
  }
  return current + 1
}
