import type { Deps } from '../deps.ts'
import { type Key, type KeyScope, toKey } from './key.ts'
import { countKeyRows, findListedRow, type KeyFilter, searchKeyRows } from './key-list.store.ts'
import { getKey, rowsIn } from './keys.ts'

/** A key with the names that a list shows beside it. */
export interface ListedKey {
  readonly key: Key
  readonly status: 'active' | 'disabled' | 'expired'
  readonly owner: { readonly id: string; readonly name: string; readonly email: string }
  readonly project: { readonly id: string; readonly name: string } | null
}

/**
 * Keys in the scope that are not revoked, newest first.
 *
 * @param filter `userId`: only those of one member
 */
export async function searchKeys(
  deps: Deps,
  by: KeyScope,
  filter: KeyFilter & { readonly userId?: string },
): Promise<ListedKey[]> {
  const within = rowsIn(by)
  const { userId, ...rest } = filter
  // Whoever sees only his own keys finds none of another.
  if (userId !== undefined && within.userId !== undefined && userId !== within.userId) return []
  const narrowed = { ...within, ...(userId !== undefined && { userId }) }
  const rows = await searchKeyRows(deps.db, deps.store.kind, narrowed, rest, deps.now())
  return rows.map((row) => listed(deps, toKey(row), row))
}

/** One of them. @throws AppError `not_found` */
export async function describeKey(deps: Deps, by: KeyScope, id: string): Promise<ListedKey> {
  const key = await getKey(deps, by, id)
  const names = await findListedRow(deps.db, id)
  if (!names) throw new Error('A key has no owner')
  return listed(deps, key, names)
}

/** How many keys that are not revoked hang on each of the users, projects or organisations. */
export async function countKeys(
  deps: Pick<Deps, 'db'>,
  of: 'user' | 'project' | 'organization',
  ids: readonly string[],
  organizationId?: string,
): Promise<(id: string) => number> {
  const counts = await countKeyRows(deps.db, `${of}_id`, ids, organizationId)
  return (id) => counts.get(id) ?? 0
}

function listed(
  deps: Pick<Deps, 'now'>,
  key: Key,
  names: { owner_name: string; owner_email: string; project_name: string | null },
): ListedKey {
  const expired = key.expiresAt !== null && key.expiresAt <= deps.now()
  return {
    key,
    status: key.state !== 'active' ? 'disabled' : expired ? 'expired' : 'active',
    owner: { id: key.userId, name: names.owner_name, email: names.owner_email },
    project: key.projectId === null ? null : { id: key.projectId, name: names.project_name ?? '' },
  }
}
