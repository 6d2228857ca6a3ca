import { isIP } from 'node:net'
import type { Deps } from '../deps.ts'
import { appendAudit, lockAuditHead } from './audit.store.ts'
import { hashOfRow } from './chain.ts'

/** Who did it, and through which door. */
export interface AuditActor {
  readonly kind: 'user' | 'key' | 'operator' | 'system'
  readonly id: string | null
  readonly way: 'session' | 'key' | 'cli' | 'server'
  readonly requestId?: string
  readonly address?: string
}

export interface AuditEntry {
  /** `noun.verb`, e.g. `key.revoke`. */
  readonly action: string
  readonly targetKind: string
  readonly targetId: string
  readonly organizationId: string | null
  /** Allow-listed fields only; never a secret. */
  readonly before?: Readonly<Record<string, unknown>>
  readonly after?: Readonly<Record<string, unknown>>
}

/**
 * Writes one audit row inside the caller's transaction, chained to the one before by HMAC under a key outside of the
 * database. If it cannot be written, the mutation fails with it. Call it last: it locks the head of the chain.
 */
export async function recordAudit(deps: Deps, actor: AuditActor, entry: AuditEntry): Promise<void> {
  if (!deps.db.isTransaction) throw new Error('An audit row belongs into the transaction of its mutation')
  const head = await lockAuditHead(deps.db, deps.store.kind)
  const row = {
    seq: head.seq + 1,
    at: deps.now(),
    actor_kind: actor.kind,
    actor_id: actor.id,
    way: actor.way,
    action: entry.action,
    target_kind: entry.targetKind,
    target_id: entry.targetId,
    organization_id: entry.organizationId,
    before: entry.before ? JSON.stringify(entry.before, amountsAsText) : null,
    after: entry.after ? JSON.stringify(entry.after, amountsAsText) : null,
    request_id: actor.requestId ?? null,
    // A proxy that passes on its clients' X-Forwarded-For passes on any text.
    address: actor.address && isIP(actor.address) ? actor.address : null,
    previous_hash: head.hash,
  }
  await appendAudit(deps.db, { ...row, hash: hashOfRow(deps.secrets.auditKey, row) })
}

function amountsAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
