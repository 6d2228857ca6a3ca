import { recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError } from '../errors.ts'
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
 * @throws AppError `invalid_request` without a sealing key, or (409) while an earlier one still signs
 */
export async function generateOwnSecret(
  deps: Deps,
  by: EndpointManager,
  overlapHours: number,
): Promise<OwnSecret & { readonly secret: string }> {
  return transact(deps, async (deps) => {
    const { columns, ...made } = (await makeFirst(deps, by)) ?? (await makeNext(deps, by, overlapHours))
    await recordAudit(deps, by.audit, {
      ...target({ id: made.id, organization_id: by.organizationId }, 'webhook.secret'),
      after: { user: by.userId, ...(!made.isFirst && { overlapHours }) },
    })
    return { secret: made.secret, secretAt: columns.sealed_at, formerUntil: columns.former_until }
  })
}

/** Undefined when there is one: another request may make it at the same time. */
async function makeFirst(deps: Deps, by: EndpointManager) {
  if (await findOwn(deps.db, by.organizationId, by.userId)) return undefined
  const id = orderedId('wep_', deps.now())
  const { secret, columns } = firstSecret(deps, id)
  const isMade = await insertEndpoint(deps.db, {
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
  return isMade ? { id, secret, columns, isFirst: true } : undefined
}

async function makeNext(deps: Deps, by: EndpointManager, overlapHours: number) {
  const row = await findOwn(deps.db, by.organizationId, by.userId, deps.store.kind)
  if (!row) throw new AppError('not_found')
  const { secret, columns } = nextSecret(deps, row, overlapHours)
  await updateEndpointRow(deps.db, row.id, { ...columns, updated_at: deps.now() })
  return { id: row.id, secret, columns, isFirst: false }
}
