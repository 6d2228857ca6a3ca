import { type Deps, transact } from '../deps.ts'
import { AppError, cleanText, refuseSecret } from '../errors.ts'
import type { Caller } from '../gateway/caller.ts'
import { unknownModel } from '../gateway/choose.ts'
import { allowsModel, planRefusal } from '../gateway/plan-rights.ts'
import { rateHeaders, refusalError } from '../gateway/refusal.ts'
import { catchUp } from '../ledger/catch-up.ts'
import type { Share } from '../ledger/entry.ts'
import { heldNanos, writeBeginning } from '../ledger/lost-event.ts'
import { admitTask } from '../ledger/task-holds.ts'
import { orderedId } from '../lib/ids.ts'
import type { Part } from '../limits/decide.ts'
import type { Demand } from '../limits/demand.ts'
import { quotasOf } from '../limits/limits-of-key.ts'
import type { Quota } from '../limits/quota.ts'
import { checkUrl } from '../outbound/check-url.ts'
import type { Catalogue, Model } from '../providers/catalogue.ts'
import {
  checkAgainstModel,
  generationOf,
  priceOfTask,
  type TaskPrice,
  taskTypeOf,
} from '../providers/generation-model.ts'
import { type Task, type TaskInput, type TaskRow, toTask } from './task.ts'
import { writeHold, writePrice } from './task-money.ts'
import { insertEvents, insertTask } from './tasks.store.ts'

/** A task as it is asked for; its shape and lengths were checked. */
export interface NewTask extends TaskInput {
  readonly model: string
  readonly webhookUrl?: string
  readonly endUser?: string
}

export interface CreatedTask {
  readonly task: Task
  /** The state of the rates that it was counted in. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Writes a task down, with its greatest price held on every quota that applies, in one transaction.
 *
 * @throws AppError `validation_failed`, `model_forbidden`, `model_not_in_plan`, `model_not_priced`, and what a quota
 *   refuses with
 */
export async function createTask(
  deps: Deps,
  catalogue: Catalogue,
  caller: Caller,
  request: NewTask,
): Promise<CreatedTask> {
  const model = catalogue.models.get(request.model)
  if (!model)
    throw new AppError('validation_failed', { message: unknownModel(request.model), param: 'model' })
  generationOf(model)
  await requireRight(deps, caller, model)
  const input = checkInput(deps, model, request)
  const price = priceOfTask(model, input)
  const endUser = endUserOf(request)
  const found = quotasOf(deps, caller.limits, caller, caller.projectId, endUser)
  const quotas = found instanceof Promise ? await found : found
  if (!price && quotas.some(({ unit }) => unit === 'credits')) {
    const message = `The model ${model.id} has no price, so it cannot be used under a budget; ask the operator`
    throw new AppError('model_not_priced', { message, param: 'model' })
  }
  await catchUp(deps, caller.limits, quotas)
  return transact(deps, async (deps) => {
    const at = deps.now()
    const row = newRow(caller, model, request, { input, endUser, at, price: writePrice(price) })
    const parts = await admit(deps, row, quotas, price)
    const hold = parts && { parts: parts.map(shareOf) }
    await insertTask(deps.db, {
      ...row,
      hold: writeHold(hold),
      held_nanos: hold ? heldNanos(hold) : null,
    })
    await insertEvents(deps.db, at, [{ taskId: row.id, kind: 'created', detail: { provider: row.provider } }])
    return { task: toTask(row), headers: rateHeaders(parts ?? [], at) }
  })
}

/** @returns what it holds; undefined where no quota applies. @throws AppError when a quota refuses it */
async function admit(
  deps: Deps,
  row: TaskRow,
  quotas: readonly Quota[],
  price: TaskPrice | undefined,
): Promise<readonly Part[] | undefined> {
  if (quotas.length === 0) return undefined
  const context = beginningOf(row, price?.version ?? null)
  const demand = demandFor(price?.greatest ?? 0n)
  const placed = await admitTask(deps, {
    id: row.id,
    quotas,
    demand,
    at: row.created_at,
    sent: true,
    context,
  })
  if (!placed.admitted) throw refusalError(placed.refusal, row.created_at)
  return placed.parts
}

function shareOf({ quota, windowStart, amount }: Part): Share {
  return { counter: quota.counter, windowStart, unit: quota.unit, amount }
}

/** @throws AppError `model_forbidden`, `model_not_in_plan` */
async function requireRight(deps: Deps, { allowedModels, limits }: Caller, { id }: Model): Promise<void> {
  if (allowedModels !== null && !allowedModels.includes(id)) {
    throw new AppError('model_forbidden', {
      message: `This API key may not use the model ${id}`,
      param: 'model',
    })
  }
  const { plan } = limits
  if (plan !== null && !allowsModel(plan, id)) {
    throw await planRefusal(deps, { kind: 'model', name: id, param: 'model', plan })
  }
}

/** @throws AppError `validation_failed` naming the field */
function checkInput(deps: Deps, model: Model, request: NewTask): TaskInput {
  const { prompt, negativePrompt, imageUrls, webhookUrl } = request
  keepSecretsOut(prompt, 'prompt')
  if (negativePrompt !== undefined) keepSecretsOut(negativePrompt, 'negative_prompt')
  const urls = imageUrls.map((url, index) => ({ url, param: `image_urls.${index}` }))
  if (webhookUrl !== undefined) urls.push({ url: webhookUrl, param: 'webhook_url' })
  for (const { url, param } of urls) {
    keepSecretsOut(url, param)
    checkUrl(deps.config, url, param)
  }
  return {
    prompt,
    ...(negativePrompt !== undefined && { negativePrompt }),
    ...checkAgainstModel(model, request),
  }
}

function keepSecretsOut(text: string, param: string): void {
  try {
    refuseSecret(text, param)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError('validation_failed', error.details)
  }
}

function endUserOf({ endUser }: NewTask): string | null {
  return endUser === undefined || endUser === '' ? null : cleanText(endUser, 'The end user', 256)
}

function demandFor(fixedNanos: bigint): Demand {
  const nothing = { inputTokens: 0, outputTokens: 0, leastOutputTokens: 0, inputNanos: 0n, outputNanos: 0n }
  return { ...nothing, choices: 1, fixedNanos }
}

function newRow(
  caller: Caller,
  model: Model,
  { webhookUrl }: NewTask,
  more: {
    readonly input: TaskInput
    readonly endUser: string | null
    readonly at: number
    readonly price: string
  },
): TaskRow {
  const { at, input, endUser, price } = more
  return {
    ...NOTHING_YET,
    ...firstRoute(model, at),
    id: orderedId('gen_', at),
    organization_id: caller.organizationId,
    user_id: caller.userId,
    key_id: caller.id,
    secret_id: caller.secretId,
    project_id: caller.projectId,
    end_user: endUser,
    model: model.id,
    type: taskTypeOf(model, input),
    state: 'pending',
    input: JSON.stringify(input),
    webhook_url: webhookUrl ?? null,
    price,
    created_at: at,
    due_at: at,
  }
}

/** The first that does not rest after failures; better a doubtful one than none. */
function firstRoute({ routes }: Model, now: number): Pick<TaskRow, 'route' | 'provider'> {
  const rested = routes.findIndex(({ health }) => !health.rests(now))
  const route = Math.max(0, rested)
  const provider = routes[route]?.provider.id
  if (provider === undefined) throw new Error('A model has no route')
  return { route, provider }
}

const NOTHING_YET = {
  hold: null,
  held_nanos: null,
  started_at: null,
  completed_at: null,
  worker: null,
  fence: 0,
  attempts: 0,
  submits: 0,
  provider_model: null,
  external_id: null,
  submitted_at: null,
  output: null,
  error: null,
  error_code: null,
  cost_nanos: 0n,
  units: 0,
} as const satisfies Partial<TaskRow>

/** What the ledger writes of it with its hold. */
function beginningOf(row: TaskRow, priceVersion: string | null): string {
  const { organization_id, user_id, key_id, secret_id, project_id, end_user, model } = row
  const who = { organization_id, user_id, key_id, secret_id, project_id, end_user }
  const what = { endpoint: 'generate', model, streamed: 0 as const, price_version: priceVersion }
  return writeBeginning({ started_at: row.created_at, ...who, ...what })
}
