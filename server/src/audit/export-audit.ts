import type { Deps } from '../deps.ts'
import type { AuditHead } from './chain.ts'
import { findAuditHead, findChain } from './read-audit.store.ts'

const ROWS_AT_ONCE = 2000

/** The newest row's number and hash. */
export async function auditHead(deps: Pick<Deps, 'db'>): Promise<AuditHead> {
  return findAuditHead(deps.db)
}

/** Rows as they are stored, oldest first, from behind a number on and up to the head of the moment. */
export async function* exportAudit(deps: Pick<Deps, 'db'>, after = 0) {
  const { seq: last } = await findAuditHead(deps.db)
  for (let done = after; done < last; ) {
    const rows = (await findChain(deps.db, done, ROWS_AT_ONCE)).filter(({ seq }) => seq <= last)
    yield* rows
    const end = rows.at(-1)
    if (!end) return
    done = end.seq
  }
}
