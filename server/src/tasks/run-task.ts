import { isGenerationKind } from '../config/entries.ts'
import type { Deps } from '../deps.ts'
import { type KeptOutput, OutputRefused, type Outputs } from '../outputs/outputs.ts'
import type { Catalogue, Model, Route } from '../providers/catalogue.ts'
import { type GeneratedFile, GenerationFailure, type GenerationStep } from '../providers/generation.ts'
import { generationOf } from '../providers/generation-model.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import { type ClaimedTask, LostClaim } from './claimed-task.ts'
import { type Ended, endTask, isAnothers, type TaskEnd } from './end-task.ts'
import { GaveUp, giveUp, retryDelay } from './give-up.ts'
import { ProviderCalls } from './provider-calls.ts'
import { lostRight } from './standing.ts'
import { readInput } from './task.ts'

/** What work on tasks needs besides the infrastructure. */
export interface TaskTools {
  readonly deps: Deps
  readonly outputs: Outputs
  /** Told of each usage row. */
  readonly settled: (event: UsageEvent) => void
}

const POLL_LEAST_MS = 100
const POLL_MOST_MS = 60_000
/** A provider that cannot be asked may still be at work: so often in a row it is asked again. */
const POLLS_FAILED_MOST = 3
const KEEP_TRIES = 3

/**
 * Works on a claimed task to its end, or to the next thing that has to wait for another claim: it sends it to the
 * provider of the route whose turn it is, asks until it is done, keeps what came, and ends the task.
 *
 * @throws LostClaim, Leaving; Error when the database fails for long
 */
export async function runTask(tools: TaskTools, catalogue: Catalogue, task: ClaimedTask): Promise<void> {
  const { deps } = tools
  const { row } = task
  if (row.attempts > deps.config.tasks.attempts) {
    return finish(tools, task, { state: 'failed', code: 'attempts_exhausted', error: FAILED })
  }
  if (row.state === 'pending') {
    const lost = await lostRight(deps, row)
    if (lost) return finish(tools, task, { state: 'cancelled', ...lost })
  }
  const model = catalogue.models.get(row.model)
  if (!model || !isGenerationKind(model.kind)) {
    return finish(tools, task, {
      state: 'failed',
      code: 'model_not_found',
      error: 'The model is no longer served',
    })
  }
  const route = model.routes[row.route % model.routes.length] as Route
  if (route.provider.id !== row.provider) return move(task, route, deps.now())
  try {
    await generate(tools, model, route, task)
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error
    const end = await giveUp(deps, model, route, task, error)
    if (end) await finish(tools, task, end)
  }
}

const FAILED = 'The task could not be finished; it was tried several times'

/** The model's routes were changed meanwhile: it waits in the queue of the provider that has it now. */
async function move(task: ClaimedTask, { provider }: Route, now: number): Promise<void> {
  const change = { provider: provider.id, external_id: null, submitted_at: null, due_at: now, worker: null }
  const attempts = task.row.attempts - 1
  await task.write({ ...change, attempts }, 'moved', { from: task.row.provider, to: provider.id })
}

async function generate(tools: TaskTools, model: Model, route: Route, task: ClaimedTask): Promise<void> {
  const { deps } = tools
  const calls = new ProviderCalls(deps, task, route, generationOf(model).timeoutMs)
  let step = await calls.begin()
  let failures = 0
  while (step.state === 'running') {
    const { externalId, pollAfterMs } = step
    if (task.row.external_id !== externalId) {
      await task.write({ external_id: externalId }, 'accepted', { external_id: externalId })
    }
    await calls.pause(Math.min(POLL_MOST_MS, Math.max(POLL_LEAST_MS, pollAfterMs)))
    try {
      step = await calls.poll(externalId)
      failures = 0
    } catch (error) {
      if (!(error instanceof GenerationFailure)) throw error
      if (++failures > POLLS_FAILED_MOST) throw GaveUp.after(error)
      step = { state: 'running', externalId, pollAfterMs: error.retryAfterMs ?? retryDelay(failures) }
    }
  }
  await conclude(tools, route, task, step)
}

async function conclude(
  tools: TaskTools,
  route: Route,
  task: ClaimedTask,
  step: Exclude<GenerationStep, { state: 'running' }>,
): Promise<void> {
  if (step.state === 'refused') {
    const error = route.provider.hideCredentials(step.message).slice(0, 1000)
    return finish(tools, task, { state: 'failed', code: 'refused', error })
  }
  const files = step.files.slice(0, readInput(task.row).outputs)
  if (files.length === 0) throw new GaveUp('no_output', 'the provider made nothing', true)
  const kept = await keepAll(tools, task, files)
  route.health.succeeded()
  await finish(tools, task, { state: 'completed', kept, providerModel: route.model })
}

/** @throws GaveUp when one of them cannot be kept; then none is */
async function keepAll(
  { outputs }: TaskTools,
  task: ClaimedTask,
  files: readonly GeneratedFile[],
): Promise<KeptOutput[]> {
  for (let tries = 1; ; tries++) {
    const results = await Promise.allSettled(
      files.map((file, position) => outputs.keep(task.row.id, position, file, task.signal)),
    )
    const kept = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const failed = results.find((result) => result.status === 'rejected')
    if (!failed) return kept
    await outputs.discard(kept)
    if (task.isLost()) throw new LostClaim()
    const { reason } = failed as PromiseRejectedResult
    if (reason instanceof OutputRefused || tries === KEEP_TRIES)
      throw new GaveUp('output_refused', (reason as Error).message, true)
    await task.pause(retryDelay(tries))
  }
}

/** Ends the task, if it is still this worker's to end; what was kept for it else is removed again. */
async function finish(tools: TaskTools, task: ClaimedTask, end: TaskEnd): Promise<void> {
  const { deps, outputs } = tools
  const kept = end.state === 'completed' ? end.kept : []
  let ended: Ended
  try {
    ended = await task.insist(() => endTask(deps, outputs, task.row, end, true))
  } catch (error) {
    // Whether it was written nobody knows, unless it is another's since. What is left lying is removed by days.
    if (await isAnothers(deps, task.row).catch(() => false)) await outputs.discard(kept)
    throw error
  }
  if (ended) return tools.settled(ended.event)
  await outputs.discard(kept)
  throw new LostClaim()
}
