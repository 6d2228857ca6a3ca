import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { catchUp } from '../ledger/catch-up.ts'
import type { Hold } from '../ledger/entry.ts'
import { AdmissionUnavailable, type Ledger } from '../ledger/ledger.ts'
import { writeBeginning } from '../ledger/lost-event.ts'
import type { Part } from '../limits/decide.ts'
import { quotasOf } from '../limits/limits-of-key.ts'
import type { Quota, Unit } from '../limits/quota.ts'
import type { Price } from '../usage/price.ts'
import { demandOf } from './bound.ts'
import type { Choice } from './choose.ts'
import type { ModelRequest } from './model-request.ts'
import { maximumField } from './output-limit.ts'
import { rateHeaders, refusalError } from './refusal.ts'

/** A request that was let in, and what it may cost at the most. */
export interface Admitted {
  readonly hold: Hold
  /** The longest answer that was paid for, in tokens. */
  readonly outputTokens: number
  /** Whether the hold says already that the request may have reached a provider. */
  readonly sent: boolean
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Holds the greatest possible cost of a request on every quota that applies, durably. Undefined: none applies, and
 * nothing is written.
 *
 * @throws AppError when a quota refuses it, when its cost has no bound, or `store_unavailable`
 */
export async function admit(
  deps: Deps,
  ledger: Ledger,
  request: ModelRequest,
  choice: Choice,
  price: Price | undefined,
): Promise<Admitted | undefined> {
  const { caller } = request
  const found = quotasOf(deps, caller.limits, caller, request.projectId, request.endUserId)
  const quotas = found instanceof Promise ? await found : found
  if (quotas.length === 0) return undefined
  const behind = catchUp(deps, caller.limits, quotas)
  if (behind) await behind
  const { model } = choice
  const sent = choice.routes[0]?.provider.wasHeard() ?? false
  const context = writeBeginning({
    started_at: request.startedAt,
    organization_id: caller.organizationId,
    user_id: caller.userId,
    key_id: caller.id,
    secret_id: caller.secretId,
    project_id: request.projectId,
    end_user: request.endUserId,
    endpoint: request.endpoint,
    model: model.id,
    streamed: request.streamed ? 1 : 0,
    price_version: price?.version ?? null,
  })
  const demand = demandOf(request, model, price, unitsOf(quotas))
  const entry = { id: request.requestId, quotas, demand, at: request.startedAt, sent, context }
  const decision = await ledger.admit(entry).catch((cause: unknown) => {
    throw cause instanceof AdmissionUnavailable ? new AppError('store_unavailable', { cause }) : cause
  })
  if (!decision.admitted) {
    throw refusalError(decision.refusal, deps.now(), { demand, maximumField: maximumField(request) })
  }
  const hold = { id: request.requestId, sheet: decision.sheet, parts: decision.parts.map(shareOf) }
  return { hold, outputTokens: decision.output, sent, headers: rateHeaders(decision.parts, deps.now()) }
}

function shareOf({ quota, windowStart, amount }: Part) {
  return { counter: quota.counter, windowStart, unit: quota.unit, amount }
}

const UNITS = new WeakMap<readonly Quota[], ReadonlySet<Unit>>()

function unitsOf(quotas: readonly Quota[]): ReadonlySet<Unit> {
  let units = UNITS.get(quotas)
  if (!units) {
    units = new Set(quotas.map(({ unit }) => unit))
    UNITS.set(quotas, units)
  }
  return units
}
