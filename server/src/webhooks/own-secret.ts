import { recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { orderedId } from '../lib/ids.ts'
import { findOwn, insertEndpoint, updateEndpointRow } from './endpoints.store.ts'
import { type EndpointManager, target } from './endpoints.ts'
import { firstSecret, nextSecret } from './sealed-secret.ts'

/** The secret of a user in an organisation, which signs what goes to addresses that his tasks name. */
export interface OwnSecret {
  /** Null: none was made. */
  readonly secretAt: number | null
  /** Until when the former one signs, too. */
  readonly formerUntil: number | null
}

export async function ownSecret(
  deps: Pick<Deps, 'db'>,
  { organizationId, userId }: Pick<EndpointManager, 'organizationId' | 'userId'>,
): Promise<OwnSecret> {
  const row = await findOwn(deps.db, organizationId, userId)
  return { secretAt: row?.sealed_at ?? null, formerUntil: row?.former_until ?? null }
}

/**
 * Makes the secret, or the next one; the one before signs beside it for so many hours. Its text is in the reply and
 * nowhere else, ever.
 *
 * @throws AppError `invalid_request` without a sealing key
 */
export async function generateOwnSecret(
  deps: Deps,
  by: EndpointManager,
  overlapHours: number,
): Promise<OwnSecret & { readonly secret: string }> {
  return transact(deps, async (deps) => {
    const row = await findOwn(deps.db, by.organizationId, by.userId, deps.store.kind)
    const id = row?.id ?? orderedId('wep_', deps.now())
    const { secret, columns } = row ? nextSecret(deps, row, overlapHours) : firstSecret(deps, id)
    if (row) await updateEndpointRow(deps.db, id, { ...columns, updated_at: deps.now() })
    else {
      await insertEndpoint(deps.db, {
        id,
        organization_id: by.organizationId,
        user_id: by.userId,
        url: null,
        description: null,
        events: '[]',
        ...columns,
        state: 'active',
        disabled_reason: null,
        failing_since: null,
        created_at: deps.now(),
        updated_at: null,
      })
    }
    await recordAudit(deps, by.audit, {
      ...target({ id, organization_id: by.organizationId }, 'webhook.secret'),
      after: { user: by.userId, ...(row && { overlapHours }) },
    })
    return { secret, secretAt: columns.sealed_at, formerUntil: columns.former_until }
  })
}
