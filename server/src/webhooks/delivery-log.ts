import { type AuditActor, recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError } from '../errors.ts'
import {
  type AttemptRow,
  attemptsOf,
  type DeliveryFilter,
  type DeliveryRow,
  findDelivery,
  listDeliveryRows,
  removeEnded,
  reviveDelivery,
} from './deliveries.store.ts'
import { wakeSender } from './due.ts'
import { removeMarks } from './marks.store.ts'

export type { AttemptRow, DeliveryRow }

/** Whose deliveries somebody sees: all of an organisation, or those to the addresses that his own tasks named. */
export type DeliveryScope = Pick<DeliveryFilter, 'organizationId' | 'ownerId'>

const DAY_MS = 86_400_000
const BATCH = 500

/** Deliveries, newest first. */
export async function listDeliveries(deps: Pick<Deps, 'db'>, filter: DeliveryFilter): Promise<DeliveryRow[]> {
  return listDeliveryRows(deps.db, filter)
}

/** One delivery with its newest attempts. @throws AppError `not_found` */
export async function getDelivery(
  deps: Deps,
  scope: DeliveryScope,
  id: string,
): Promise<{ delivery: DeliveryRow; attempts: AttemptRow[] }> {
  const delivery = demand(await findDelivery(deps.db, undefined, id), scope)
  return { delivery, attempts: await attemptsOf(deps.db, id) }
}

/** Sends a delivery again, under the same id. @throws AppError `not_found` */
export async function redeliver(
  deps: Deps,
  scope: DeliveryScope,
  actor: AuditActor,
  id: string,
): Promise<DeliveryRow> {
  return transact(deps, async (deps) => {
    const row = demand(await findDelivery(deps.db, deps.store.kind, id), scope)
    const now = deps.now()
    await reviveDelivery(deps.db, id, now)
    await recordAudit(deps, actor, {
      action: 'webhook.redeliver',
      targetKind: 'webhook_delivery',
      targetId: id,
      organizationId: row.organization_id,
      before: { state: row.state },
    })
    deps.afterCommit(() => wakeSender(deps.store, [row.destination], true))
    return { ...row, state: 'pending', next_at: now, ended_at: null }
  })
}

/** Removes deliveries that ended longer ago than they are kept, and marks of what cannot be told again. */
export async function pruneDeliveries(deps: Deps, signal: AbortSignal): Promise<void> {
  const now = deps.now()
  const before = now - deps.config.webhooks.retentionDays * DAY_MS
  await inBatches(signal, () => transact(deps, ({ db }) => removeEnded(db, before, BATCH)))
  await inBatches(signal, () => removeMarks(deps.db, now, BATCH))
}

async function inBatches(signal: AbortSignal, remove: () => Promise<number>): Promise<void> {
  while (!signal.aborted && (await remove()) === BATCH) await new Promise((next) => setImmediate(next))
}

function demand(row: DeliveryRow | undefined, { organizationId, ownerId }: DeliveryScope): DeliveryRow {
  const isOwn = ownerId === undefined || (row?.user_id === ownerId && row.endpoint_id === null)
  if (row?.organization_id === organizationId && isOwn) return row
  throw new AppError('not_found', { message: 'There is no such webhook delivery' })
}
