import { isGenerationKind } from '../config/entries.ts'
import type { Deps } from '../deps.ts'
import { type KeptOutput, OutputRefused, type Outputs } from '../outputs/outputs.ts'
import type { Catalogue, Model, Route } from '../providers/catalogue.ts'
import { type GeneratedFile, GenerationFailure, type GenerationStep } from '../providers/generation.ts'
import { generationOf } from '../providers/generation-model.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import { type ClaimedTask, LostClaim } from './claimed-task.ts'
import { type Ended, endTask, isAnothers, type TaskEnd } from './end-task.ts'
import { GaveUp, giveUp, outputRefused, retryDelay } from './give-up.ts'
import { ProviderCalls } from './provider-calls.ts'
import { providerText } from './provider-text.ts'
import { lostRight } from './standing.ts'
import { readInput } from './task.ts'
import { findEvents } from './tasks.store.ts'

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
 * While a configuration is rolled out, another node may know the model or provider that this one does not: the task is
 * left to it, and looked at again after a while, until it is so old.
 */
const UNKNOWN_PAUSE_MS = 30_000
const UNKNOWN_MOST_MS = 300_000
const UNKNOWN = { reason: 'unknown_here' } as const

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
  const isServed = model !== undefined && isGenerationKind(model.kind)
  const isKnown = isServed && model.routes.some(({ provider }) => provider.id === row.provider)
  if (!isKnown && deps.now() - row.created_at < UNKNOWN_MOST_MS) return leaveToOthers(deps, task)
  if (!isServed) {
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

const REFUSED = 'The provider refused to make this'
const FAILED = 'The task could not be finished; it was tried several times'

/** Its timeline tells of it once, however many nodes look at it and how often. */
async function leaveToOthers(deps: Deps, task: ClaimedTask): Promise<void> {
  const { id, attempts } = task.row
  const change = { due_at: deps.now() + UNKNOWN_PAUSE_MS, worker: null, attempts: attempts - 1 }
  const isTold = (await findEvents(deps.db, id)).some(({ kind, detail }) => {
    return kind === 'released' && detail === JSON.stringify(UNKNOWN)
  })
  await task.write(change, isTold ? undefined : 'released', UNKNOWN)
}

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
    const { pollAfterMs } = step
    const externalId = providerText(step.externalId)
    if (task.row.external_id !== externalId) {
      await task.write({ external_id: externalId }, 'accepted', { external_id: externalId })
    }
    await calls.pause(Math.min(POLL_MOST_MS, Math.max(POLL_LEAST_MS, pollAfterMs)))
    try {
      step = await calls.poll(externalId)
      failures = 0
    } catch (error) {
      if (!(error instanceof GenerationFailure)) throw error
      if (error.final || ++failures > POLLS_FAILED_MOST) throw GaveUp.after(error)
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
    const error = providerText(route.provider.hideCredentials(step.message))
    return finish(tools, task, { state: 'failed', code: 'refused', error: error || REFUSED })
  }
  const files = step.files.slice(0, readInput(task.row).outputs)
  if (files.length === 0) throw new GaveUp('no_output', 'the provider made nothing', true)
  const kept = await keepAll(tools, task, files)
  route.health.succeeded()
  await finish(tools, task, { state: 'completed', kept, providerModel: route.model })
}

/**
 * Keeps what can be kept. A file that is refused for good takes none of the others with it.
 *
 * @throws GaveUp when none can be kept, or one did not come; then none is. LostClaim, Leaving
 */
async function keepAll(
  tools: TaskTools,
  task: ClaimedTask,
  files: readonly GeneratedFile[],
): Promise<KeptOutput[]> {
  const kept: KeptOutput[] = []
  let refused: OutputRefused | undefined
  try {
    // One after another, since each may be as large as a node can bear.
    for (const [position, file] of files.entries()) {
      const output = await keepOne(tools, task, position, file)
      if (output instanceof OutputRefused) refused = output
      else kept.push(output)
    }
  } catch (error) {
    await tools.outputs.discard(kept)
    throw error
  }
  if (refused && kept.length === 0) throw outputRefused(refused.message)
  return kept
}

/** @returns what was kept, or why it never can be. @throws GaveUp, LostClaim, Leaving */
async function keepOne(
  { deps, outputs }: TaskTools,
  task: ClaimedTask,
  position: number,
  file: GeneratedFile,
): Promise<KeptOutput | OutputRefused> {
  for (let tries = 1; ; tries++) {
    try {
      return await outputs.keep(task.row, position, file, task.signal)
    } catch (error) {
      if (error instanceof OutputRefused) {
        deps.log.warn({ task: task.row.id, position, error: error.message }, 'a file of a task was refused')
        return error
      }
      if (task.isLost()) throw new LostClaim()
      if (tries === KEEP_TRIES) throw new GaveUp('output_failed', (error as Error).message, true)
    }
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
