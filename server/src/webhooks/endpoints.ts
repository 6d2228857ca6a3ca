import { type AuditActor, recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError, cleanText } from '../errors.ts'
import { orderedId } from '../lib/ids.ts'
import { checkUrl } from '../outbound/check-url.ts'
import { insertDeliveries } from './deliveries.store.ts'
import { wakeSender } from './due.ts'
import {
  deleteEndpointRow,
  type EndpointRow,
  findEndpoint,
  insertEndpoint,
  listEndpointRows,
  updateEndpointRow,
} from './endpoints.store.ts'
import { deliveryOf, EVENTS, type EventName, endpointDestination } from './event.ts'
import { firstSecret, nextSecret } from './sealed-secret.ts'

export interface Endpoint {
  readonly id: string
  readonly url: string
  readonly description: string | null
  /** Empty: all. */
  readonly events: readonly EventName[]
  readonly state: 'active' | 'disabled'
  readonly disabledReason: string | null
  /** Since when every delivery has failed. */
  readonly failingSince: number | null
  readonly secretAt: number | null
  /** Until when the former secret signs, too. */
  readonly formerUntil: number | null
  readonly createdAt: number
  readonly updatedAt: number | null
}

export interface EndpointInput {
  readonly url: string
  readonly events: readonly EventName[]
  readonly description: string | null
}

/** The organisation whose endpoints are managed, and by whom. */
export interface EndpointManager {
  readonly organizationId: string
  readonly userId: string
  readonly audit: AuditActor
}

const ENDPOINTS_MOST = 100

/**
 * Makes an endpoint and its secret, whose text is in the reply and nowhere else, ever.
 *
 * @throws AppError `validation_failed`, `invalid_request`
 */
export async function createEndpoint(
  deps: Deps,
  by: EndpointManager,
  input: EndpointInput,
): Promise<{ endpoint: Endpoint; secret: string }> {
  const fields = checkFields(deps, input)
  const id = orderedId('wep_', deps.now())
  const { secret, columns } = firstSecret(deps, id)
  return transact(deps, async (deps) => {
    if ((await listEndpointRows(deps.db, by.organizationId)).length >= ENDPOINTS_MOST) {
      throw new AppError('invalid_request', {
        message: `An organisation has ${ENDPOINTS_MOST} endpoints at most; delete one first`,
      })
    }
    const row: EndpointRow = {
      id,
      organization_id: by.organizationId,
      user_id: by.userId,
      ...(fields as Required<typeof fields>),
      ...columns,
      state: 'active',
      disabled_reason: null,
      failing_since: null,
      created_at: deps.now(),
      updated_at: null,
    }
    await insertEndpoint(deps.db, row)
    await recordAudit(deps, by.audit, { ...target(row, 'webhook.create'), after: audited(row) })
    return { endpoint: toEndpoint(row), secret }
  })
}

export async function listEndpoints(
  deps: Pick<Deps, 'db'>,
  { organizationId }: Pick<EndpointManager, 'organizationId'>,
): Promise<Endpoint[]> {
  return (await listEndpointRows(deps.db, organizationId)).map(toEndpoint)
}

/** @throws AppError `not_found` */
export async function getEndpoint(
  deps: Deps,
  by: Pick<EndpointManager, 'organizationId'>,
  id: string,
): Promise<Endpoint> {
  return toEndpoint(demand(await findEndpoint(deps.db, id), by))
}

/**
 * Changes an endpoint; enabled again, it starts anew. What waits for an address that is left goes to the new one.
 *
 * @throws AppError `not_found`, `validation_failed`
 */
export async function updateEndpoint(
  deps: Deps,
  by: EndpointManager,
  id: string,
  patch: Partial<EndpointInput> & { readonly active?: boolean },
): Promise<Endpoint> {
  const { active, ...rest } = patch
  const fields = checkFields(deps, rest)
  return transact(deps, async (deps) => {
    const before = await take(deps, by, id)
    const state = active === undefined ? {} : active ? ENABLED : disabledBecause('Disabled by hand')
    const isMoved = fields.url !== undefined && fields.url !== before.url
    const moved = isMoved ? { failing_since: null } : {}
    const after: EndpointRow = { ...before, ...fields, ...moved, ...state, updated_at: deps.now() }
    const { id: _, ...change } = after
    await updateEndpointRow(deps.db, id, change)
    await recordAudit(deps, by.audit, {
      ...target(after, 'webhook.update'),
      before: audited(before),
      after: audited(after),
    })
    if (isMoved) wakeFor(deps, before)
    return toEndpoint(after)
  })
}

/** Deletes an endpoint; what waits for it is given up. @throws AppError `not_found` */
export async function deleteEndpoint(deps: Deps, by: EndpointManager, id: string): Promise<void> {
  await transact(deps, async (deps) => {
    const row = await take(deps, by, id)
    await deleteEndpointRow(deps.db, id)
    await recordAudit(deps, by.audit, { ...target(row, 'webhook.delete'), before: audited(row) })
  })
}

/**
 * Makes a new secret; the one before signs beside it for so many hours.
 *
 * @throws AppError `not_found`, `invalid_request` without a sealing key, or while an earlier one still signs
 */
export async function rotateEndpoint(
  deps: Deps,
  by: EndpointManager,
  id: string,
  overlapHours: number,
): Promise<{ endpoint: Endpoint; secret: string }> {
  return transact(deps, async (deps) => {
    const before = await take(deps, by, id)
    const { secret, columns } = nextSecret(deps, before, overlapHours)
    const after = { ...before, ...columns, updated_at: deps.now() }
    await updateEndpointRow(deps.db, id, { ...columns, updated_at: after.updated_at })
    await recordAudit(deps, by.audit, { ...target(after, 'webhook.rotate'), after: { overlapHours } })
    return { endpoint: toEndpoint(after), secret }
  })
}

/** Sends `webhook.test` to an endpoint, like any event. @returns the delivery's id @throws AppError `not_found` */
export async function testEndpoint(deps: Deps, by: EndpointManager, id: string): Promise<string> {
  return transact(deps, async (deps) => {
    const row = demand(await findEndpoint(deps.db, id), by)
    const { organizationId, userId } = by
    const event = { event: 'webhook.test', organizationId, userId, subjectId: id, data: { endpoint_id: id } }
    const delivery = deliveryOf(deps, event, row.url as string, id)
    await insertDeliveries(deps.db, [delivery])
    await recordAudit(deps, by.audit, target(row, 'webhook.test'))
    wakeFor(deps, row)
    return delivery.id
  })
}

/** Somebody waits for it, so that what the address said before counts no more. */
function wakeFor(deps: Deps, row: EndpointRow): void {
  const destination = endpointDestination(row.organization_id, row.id)
  deps.afterCommit(() => wakeSender(deps.store, [destination], true))
}

const ENABLED = { state: 'active', disabled_reason: null, failing_since: null } as const

/** The columns of an endpoint that nothing is sent to. */
export function disabledBecause(reason: string) {
  return { state: 'disabled', disabled_reason: reason } as const
}

function checkFields(deps: Pick<Deps, 'config'>, { url, events, description }: Partial<EndpointInput>) {
  const unknown = events?.find((name) => !EVENTS.includes(name))
  if (unknown)
    throw new AppError('validation_failed', { message: `There is no event ${unknown}`, param: 'events' })
  return {
    ...(url !== undefined && { url: checkUrl(deps.config, url).href }),
    ...(events !== undefined && { events: JSON.stringify([...new Set(events)]) }),
    ...(description !== undefined && {
      description: description === null ? null : cleanText(description, 'description', 200),
    }),
  }
}

async function take(deps: Deps, by: EndpointManager, id: string): Promise<EndpointRow> {
  return demand(await findEndpoint(deps.db, id, deps.store.kind), by)
}

function demand(
  row: EndpointRow | undefined,
  { organizationId }: Pick<EndpointManager, 'organizationId'>,
): EndpointRow {
  if (row?.organization_id === organizationId && row.url !== null) return row
  throw new AppError('not_found', { message: 'There is no such webhook endpoint' })
}

/** What an audit row about an endpoint begins with. */
export function target(row: Pick<EndpointRow, 'id' | 'organization_id'>, action: string) {
  return { action, targetKind: 'webhook', targetId: row.id, organizationId: row.organization_id }
}

/** An address may carry a password in its path or query, so the log of changes keeps its host. */
function audited({ url, description, events, state, disabled_reason }: EndpointRow) {
  const host = url === null ? null : new URL(url).host
  return { host, description, events: JSON.parse(events), state, disabledReason: disabled_reason }
}

function toEndpoint(row: EndpointRow): Endpoint {
  return {
    id: row.id,
    url: row.url as string,
    description: row.description,
    events: JSON.parse(row.events),
    state: row.state,
    disabledReason: row.disabled_reason,
    failingSince: row.failing_since,
    secretAt: row.sealed_at,
    formerUntil: row.former_until,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
